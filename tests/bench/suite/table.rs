//! Tables in Markdown, with columns that are aligned in the text too.
#![expect(clippy::print_stdout, reason = "a program, not the library")]

/// A table whose first column is text and whose others are numbers.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<S: Into<String>>(headings: impl IntoIterator<Item = S>) -> Self {
        let headings = headings.into_iter().map(Into::into).collect();
        Self {
            rows: vec![headings],
        }
    }

    /// Adds a row with as many cells as there are headings.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.rows[0].len());
        self.rows.push(cells);
    }

    /// Prints it under a title.
    pub(super) fn print(&self, title: &str) {
        let widths: Vec<usize> = (0..self.rows[0].len())
            .map(|column| self.width(column))
            .collect();
        println!("\n{title}\n");
        for (number, row) in self.rows.iter().enumerate() {
            print_row(row, &widths);
            if number == 0 {
                print_rule(&widths);
            }
        }
    }

    fn width(&self, column: usize) -> usize {
        let lengths = self.rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    }
}

fn print_row(row: &[String], widths: &[usize]) {
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        if column == 0 {
            print!("| {cell:<width$} |");
        } else {
            print!(" {cell:>width$} |");
        }
    }
    println!();
}

fn print_rule(widths: &[usize]) {
    for (column, width) in widths.iter().enumerate() {
        if column == 0 {
            print!("|{:-<1$}|", "", width + 2);
        } else {
            print!("{:-<1$}:|", "", width + 1);
        }
    }
    println!();
}

/// Two digits after the point.
pub(super) fn number(value: f64) -> String {
    format!("{value:.2}")
}
