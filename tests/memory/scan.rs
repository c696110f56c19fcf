//! The memory of another process, searched from its first mapping to its last.
//!
//! Owns the reading of `/proc/PID/maps` and `/proc/PID/mem` (`proc(5)`).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;

use super::needles::{Form, Needle, mask};

const PAGE: usize = 4096;
/// How much is searched at a time, in bytes.
const BLOCK: usize = 256 * PAGE;

/// A process's memory, for as long as the process is there.
pub(crate) struct Memory {
    maps: File,
    bytes: File,
}

/// A copy of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Copy {
    /// In which form.
    pub(crate) form: Form,
    /// In which mapping: `[heap]`, `[stack]`, a file, or none of these.
    pub(crate) mapping: String,
    /// Where the key starts, or would start if all of it were there.
    pub(crate) address: usize,
}

/// What a search came to.
#[derive(Default)]
pub(crate) struct Searched {
    /// Every copy, once.
    pub(crate) copies: BTreeSet<Copy>,
    /// How many bytes were read.
    pub(crate) read: usize,
}

struct Region {
    start: usize,
    end: usize,
    name: String,
}

impl Memory {
    /// Opens the memory of a process that may still be looked at; what it does
    /// about that later makes no difference.
    pub(crate) fn open(pid: u32) -> Self {
        let file = |name| File::open(format!("/proc/{pid}/{name}")).expect("the child's memory");
        Self {
            maps: file("maps"),
            bytes: file("mem"),
        }
    }

    /// Looks for all needles in all memory.
    pub(crate) fn search(&self, needles: &[Needle]) -> Searched {
        let longest = needles.iter().map(Needle::len).max().unwrap_or(0);
        let mut searched = Searched::default();
        for region in self.regions() {
            for start in (region.start..region.end).step_by(BLOCK) {
                // What starts in this block may end in the next one.
                let end = region.end.min(start + BLOCK + longest);
                let mut block = vec![0; end - start];
                searched.read += self.read(start, &mut block);
                find_in(block, start, &region, needles, &mut searched.copies);
            }
        }
        searched.drop_parts_of_whole_copies();
        searched
    }

    fn regions(&self) -> Vec<Region> {
        let mut text = String::new();
        let mut maps = &self.maps;
        maps.rewind().expect("the mappings");
        maps.read_to_string(&mut text).expect("the mappings");
        text.lines().map(Region::parse).collect()
    }

    /// Reads what can be read, and returns how much that is. The rest of
    /// `block` stays as it is: pages that were never used, or that are the
    /// kernel's.
    fn read(&self, start: usize, block: &mut [u8]) -> usize {
        if self.bytes.read_exact_at(block, start as u64).is_ok() {
            return block.len();
        }
        let pages = (start..).step_by(PAGE).zip(block.chunks_mut(PAGE));
        pages
            .filter_map(|(at, page)| self.bytes.read_at(page, at as u64).ok())
            .sum()
    }
}

impl Region {
    /// `START-END PERMISSIONS OFFSET DEVICE INODE [NAME]`
    fn parse(line: &str) -> Self {
        let mut words = line.split_ascii_whitespace();
        let range = words.next().and_then(|range| range.split_once('-'));
        let (start, end) = range.expect("a range");
        let number = |text| usize::from_str_radix(text, 16).expect("an address");
        let name = words.nth(4).unwrap_or("anonymous");
        Self {
            start: number(start),
            end: number(end),
            name: name.rsplit('/').next().unwrap_or(name).to_owned(),
        }
    }
}

fn find_in(
    mut block: Vec<u8>,
    start: usize,
    region: &Region,
    needles: &[Needle],
    copies: &mut BTreeSet<Copy>,
) {
    // Most memory was never used.
    if block
        .chunks(PAGE)
        .all(|page| page == &[0; PAGE][..page.len()])
    {
        return;
    }
    mask(&mut block);
    for needle in needles {
        copies.extend(needle.positions(&block).map(|position| Copy {
            form: needle.form,
            mapping: region.name.clone(),
            address: (start + position).wrapping_sub(needle.offset),
        }));
    }
}

impl Searched {
    fn drop_parts_of_whole_copies(&mut self) {
        let whole: BTreeSet<usize> = self
            .copies
            .iter()
            .filter(|copy| copy.form == Form::Utf8)
            .map(|copy| copy.address)
            .collect();
        self.copies
            .retain(|copy| copy.form != Form::Part || !whole.contains(&copy.address));
    }
}
