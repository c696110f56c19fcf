//! Every command meets every fault of a keychain: it ends in time, with the
//! right exit code and a message that names the fault and what to do; nothing
//! is lost, and nothing is written as plain text.
//!
//! The table of what they do is printed, and is the README's.

mod cell;
mod commands;
mod fault;
mod keychain;
mod scene;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cell::Cell;
use commands::COMMANDS;
use fault::FAULTS;
use scene::Scene;

/// How many cells are under way at once: most of them wait for a deadline.
const AT_ONCE: usize = 8;

#[expect(clippy::print_stdout, reason = "the table, seen when the test fails")]
#[test]
fn the_readmes_table_is_what_every_command_does_with_every_fault() {
    let scene = Scene::new();
    let cells = all_cells(&scene);
    assert_eq!(cells.len(), FAULTS.len() * COMMANDS.len(), "see above");
    let rows: Vec<&[Cell]> = cells.chunks(COMMANDS.len()).collect();
    for (fault, row) in FAULTS.iter().zip(&rows) {
        for (command, cell) in COMMANDS.iter().zip(*row) {
            println!("{} x {}: {cell}", fault.name, command.name);
        }
    }
    let table = table::of(&rows);
    println!("{table}");
    assert_eq!(scene.api.violations(), [], "the server took offence");
    assert!(
        table::README.contains(&table),
        "the README has another table"
    );
}

/// Row by row, in the order of the faults and the commands.
fn all_cells(scene: &Scene) -> Vec<Cell> {
    let count = FAULTS.len() * COMMANDS.len();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(fault) = FAULTS.get(number / COMMANDS.len()) else {
                        break;
                    };
                    let command = &COMMANDS[number % COMMANDS.len()];
                    // The others are to be seen all the same.
                    let cell = catch_unwind(AssertUnwindSafe(|| cell::meet(scene, fault, command)));
                    done.lock().expect("no panic").push((number, cell));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().filter_map(|(_, cell)| cell.ok()).collect()
}
