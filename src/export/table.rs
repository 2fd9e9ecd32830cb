//! Tables for terminals.

use std::fmt;

/// Cells in columns; the first column stands left, the others right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The header; may be empty.
    pub header: Vec<String>,
    /// The lines.
    pub rows: Vec<Vec<String>>,
    /// How many columns stand left; the others stand right.
    pub left: usize,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.header).chain(&self.rows);
        let mut widths = vec![0; lines().map(Vec::len).max().unwrap_or(0)];
        for line in lines() {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        for line in lines().filter(|line| !line.is_empty()) {
            let mut text = String::new();
            for (index, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                if index > 0 {
                    text.push_str("  ");
                }
                let room = " ".repeat(width - cell.chars().count());
                if index < self.left {
                    text.extend([cell.as_str(), &room]);
                } else {
                    text.extend([room.as_str(), cell]);
                }
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}
