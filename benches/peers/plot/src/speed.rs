//! Tables of contestants, as dots at multiples of our time.

use crate::svg::{Svg, log, ticks};

/// One measured time.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    row: String,
    who: String,
    nanos: f64,
}

/// Reads Markdown tables with a column `who` (or without a name) and one that begins with `ns`. Columns before `who` name the row, else the
/// heading above the table does, or the name of the first column.
fn entries(markdown: &str) -> Vec<Entry> {
    let (mut heading, mut columns, mut entries) = (String::new(), None, Vec::new());
    for line in markdown.lines() {
        if let Some(text) = line.strip_prefix("### ") {
            heading = text.trim().to_owned();
        }
        let Some(cells) = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
            columns = None;
            continue;
        };
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        let Some((who, nanos)) = columns else {
            let who = cells.iter().position(|cell| *cell == "who" || cell.is_empty()).unwrap_or_else(|| {
                cells[0].clone_into(&mut heading);
                0
            });
            columns = cells.iter().position(|cell| cell.starts_with("ns")).map(|nanos| (who, nanos));
            continue;
        };
        let (Some(name), Some(Ok(value))) = (cells.get(who), cells.get(nanos).map(|cell| cell.parse())) else {
            continue;
        };
        let row = if who == 0 { heading.clone() } else { cells[..who].join(" ").to_lowercase() };
        entries.push(Entry { row, who: (*name).to_owned(), nanos: value });
    }
    entries
}

pub fn draw(title: &str, markdown: &str) -> Result<String, String> {
    let entries = entries(markdown);
    let mut rows: Vec<&str> = entries.iter().map(|entry| &*entry.row).collect();
    rows.dedup();
    // The first contestant of a row is ours.
    let multiples: Vec<Vec<(&str, f64)>> = rows
        .iter()
        .map(|row| {
            let of_row: Vec<&Entry> = entries.iter().filter(|entry| entry.row == *row).collect();
            of_row.iter().skip(1).map(|entry| (&*entry.who, entry.nanos / of_row[0].nanos)).collect()
        })
        .collect();
    let all = multiples.iter().flatten().map(|(_, multiple)| *multiple);
    let range = all.fold((0.5, 2.0), |(low, high): (f64, f64), value| (low.min(value * 0.9), high.max(value * 1.1)));
    let mut names: Vec<String> = Vec::new();
    for (who, _) in multiples.iter().flatten() {
        if !names.iter().any(|name| name == who) {
            names.push((*who).to_owned());
        }
    }
    if rows.is_empty() {
        return Err("no table with a column that begins with ns".to_owned());
    }
    let mut svg = Svg::new(title, 960.0);
    svg.text(
        10.0,
        40.0,
        "fill='#555'",
        "time as a multiple of ours (the line at 1); right of the line is slower; logarithmic",
    );
    let top = svg.legend(64.0, &names) + 10.0;
    let (place, bottom) = ((290.0, 940.0), top + 20.0 * rows.len() as f64);
    for tick in ticks(range) {
        let x = log(tick, range, place);
        let style = if tick == 1.0 { "stroke='black' stroke-width='2'" } else { "stroke='#ddd'" };
        svg.line((x, top - 4.0), (x, bottom), style);
        svg.text(x, bottom + 15.0, "text-anchor='middle' fill='#555'", &format!("{tick}"));
    }
    for (index, (row, multiples)) in rows.iter().zip(&multiples).enumerate() {
        let y = top + 20.0 * index as f64 + 8.0;
        svg.text(280.0, y + 4.0, "text-anchor='end'", row);
        for (who, multiple) in multiples {
            let series = names.iter().position(|name| name == who).unwrap_or_default();
            svg.dot(log(*multiple, range, place), y, series);
        }
    }
    Ok(svg.finish(bottom + 26.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_table_are_read() {
        let sections =
            "### decode-small\n\n| | ns | ratio |\n|---|---:|---:|\n| ours | 2.0 | 1 |\n| peer 1.0 | 6.0 | 3 |\n";
        let columns =
            "| row | work | who | ns a frame | x |\n|---|---|---|---:|---:|\n| ack | Decode | ours | 4 | 1 |\n";
        let entry = |row: &str, who: &str, nanos| Entry { row: row.to_owned(), who: who.to_owned(), nanos };
        assert_eq!(entries(sections), [entry("decode-small", "ours", 2.0), entry("decode-small", "peer 1.0", 6.0)]);
        assert_eq!(entries(columns), [entry("ack decode", "ours", 4.0)]);
        let named = "| chat | ns | ratio |\n|---|---:|---:|\n| ours | 7 | 1.00 |\n";
        assert_eq!(entries(named), [entry("chat", "ours", 7.0)]);
        assert!(draw("t", sections).unwrap().contains("peer 1.0"));
        assert!(draw("t", "no table").is_err());
    }
}
