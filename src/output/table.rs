//! Tables for people.

use comfy_table::{ContentArrangement, Table, presets};

/// Rows under a header, in aligned columns without lines, as wide as they need
/// to be: output for people that `cut` and `grep` can still handle.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = bare(rows);
    table.set_header(header.iter().copied());
    text(&table)
}

/// The same for a terminal with so many columns: a table that would be wider is
/// shown as a block for each row, with a line for each column.
pub(super) fn fitted(header: &[&str], rows: &[Vec<String>], columns: u16) -> String {
    let whole = table(header, rows);
    let fits = |line: &str| line.chars().count() <= usize::from(columns);
    if whole.lines().all(fits) {
        return whole;
    }
    let block = |row: &Vec<String>| {
        let named = |(name, cell): (&&str, &String)| vec![(*name).to_owned(), cell.clone()];
        let lines: Vec<Vec<String>> = header.iter().zip(row).map(named).collect();
        let mut table = bare(&lines);
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns);
        text(&table)
    };
    let blocks: Vec<String> = rows.iter().map(block).collect();
    blocks.join("\n\n")
}

fn bare(rows: &[Vec<String>]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .add_rows(rows);
    table
}

fn text(table: &Table) -> String {
    let mut table = table.clone();
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{fitted, table};

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["1".to_owned(), "main".to_owned()],
            vec!["1234".to_owned(), "x".to_owned()],
        ];
        let expected = "id    name\n1     main\n1234  x";
        assert_eq!(table(&["id", "name"], &rows), expected);
        assert_eq!(fitted(&["id", "name"], &rows, 10), expected);
    }

    #[test]
    fn on_a_narrow_terminal_a_row_is_a_block_and_no_word_is_cut() {
        let rows = [
            vec!["1".to_owned(), "one two three four".to_owned()],
            vec!["1234".to_owned(), "x".to_owned()],
        ];
        assert_eq!(
            fitted(&["id", "name"], &rows, 20),
            "id    1\nname  one two\n      three four\n\nid    1234\nname  x"
        );
    }
}
