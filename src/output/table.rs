//! Tables for people.

use comfy_table::{ContentArrangement, Table, presets};

/// Rows under a header, in aligned columns without lines, as wide as they need
/// to be: output for people that `cut` and `grep` can still handle.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
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
    use super::table;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["1".to_owned(), "main".to_owned()],
            vec!["1234".to_owned(), "x".to_owned()],
        ];
        assert_eq!(
            table(&["id", "name"], &rows),
            "id    name\n1     main\n1234  x"
        );
    }
}
