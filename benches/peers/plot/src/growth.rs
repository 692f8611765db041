//! What criterion measured for growing inputs, as cost per unit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::svg::{Svg, log, ticks};

/// Units and nanoseconds by rising units.
type Series = BTreeMap<String, Vec<(f64, f64)>>;

/// The median of each bench of a group named "growth …" whose parameter is a number.
fn series(folder: &Path) -> Result<Series, String> {
    let mut series = Series::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let inner = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir());
        if folder.ends_with("new") {
            let read = |name: &str| -> Option<Value> {
                serde_json::from_str(&fs::read_to_string(folder.join(name)).ok()?).ok()
            };
            let (Some(bench), Some(estimates)) = (read("benchmark.json"), read("estimates.json")) else { continue };
            let group = bench["group_id"].as_str().unwrap_or_default();
            let units =
                bench["value_str"].as_str().and_then(|value| value.parse::<f64>().ok()).filter(|units| *units > 0.0);
            let median = estimates["median"]["point_estimate"].as_f64();
            if let (Some(name), Some(units), Some(median)) = (group.strip_prefix("growth "), units, median) {
                let function = bench["function_id"].as_str().unwrap_or_default();
                series.entry(format!("{name} {function}").trim().to_owned()).or_default().push((units, median));
            }
        } else {
            folders.extend(inner);
        }
    }
    series.retain(|_, points| {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.len() > 1
    });
    if series.is_empty() {
        return Err(format!("{}: no group named growth with numbers for parameters", folder.display()));
    }
    Ok(series)
}

/// Units and instructions by rising units, from the table that `benches/instructions growth` prints.
fn counted(table: &str) -> Series {
    let mut series = Series::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [name, units, instructions] = cells[..]
            && let (Ok(units), Ok(instructions)) = (units.parse(), instructions.parse())
        {
            series.entry(name.to_owned()).or_default().push((units, instructions));
        }
    }
    series
}

/// Smallest and largest input of each series: what a unit costs in the largest, as a multiple of what it costs in the smallest.
pub fn table(folder: &Path, instructions: Option<&str>) -> Result<String, String> {
    let growth = |points: &[(f64, f64)]| {
        let ((few, short), (many, long)) = (*points.first()?, *points.last()?);
        Some(format!("{:.3}", long / many / (short / few)))
    };
    let counted = counted(instructions.unwrap_or_default());
    let mut table =
        "| | units | ns | instructions | units | ns | instructions | growth of ns a unit | of instructions a unit |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
"
        .to_owned();
    for (name, points) in series(folder)? {
        let ((few, short), (many, long)) = (points[0], points[points.len() - 1]);
        let counted = counted.get(&name).map_or(&[][..], Vec::as_slice);
        let count =
            |units| counted.iter().find(|point| point.0 == units).map_or(String::new(), |point| point.1.to_string());
        let (little, much) = (count(few), count(many));
        let (in_time, in_count) = (growth(&points).unwrap_or_default(), growth(counted).unwrap_or_default());
        table += &format!(
            "| {name} | {few} | {short:.0} | {little} | {many} | {long:.0} | {much} | {in_time} | {in_count} |\n"
        );
    }
    Ok(table)
}

pub fn draw(title: &str, folder: &Path) -> Result<String, String> {
    let series = series(folder)?;
    let names: Vec<String> = series.keys().cloned().collect();
    // Cost per unit, as a multiple of what it is for the largest input, where fixed costs weigh least.
    let relative: Vec<Vec<(f64, f64)>> = series
        .values()
        .map(|points| {
            let (units, nanos) = points[points.len() - 1];
            points.iter().map(|(n, cost)| (*n, cost / n / (nanos / units))).collect()
        })
        .collect();
    let span = |pick: fn(&(f64, f64)) -> f64, begin: (f64, f64)| {
        relative
            .iter()
            .flatten()
            .map(pick)
            .fold(begin, |(low, high): (f64, f64), value| (low.min(value), high.max(value)))
    };
    let (x_range, y_range) = (span(|point| point.0, (f64::MAX, 1.0)), span(|point| point.1, (0.5, 2.0)));
    let mut svg = Svg::new(title, 960.0);
    let note = "cost per unit against the number of units, as a multiple of the cost per unit of the largest input; level is linear, falling is better";
    svg.text(10.0, 40.0, "fill='#555'", note);
    let top = svg.legend(64.0, &names) + 6.0;
    let (bottom, x_place) = (top + 340.0, (50.0, 940.0));
    for tick in ticks(x_range).into_iter().filter(|tick| tick.log10().fract() == 0.0) {
        let x = log(tick, x_range, x_place);
        svg.line((x, top), (x, bottom), "stroke='#ddd'");
        svg.text(x, bottom + 15.0, "text-anchor='middle' fill='#555'", &format!("{tick}"));
    }
    for tick in ticks(y_range) {
        let y = log(tick, y_range, (bottom, top));
        svg.line((x_place.0, y), (x_place.1, y), if tick == 1.0 { "stroke='black'" } else { "stroke='#ddd'" });
        svg.text(44.0, y + 4.0, "text-anchor='end' fill='#555'", &format!("{tick}"));
    }
    for (index, points) in relative.iter().enumerate() {
        let place = |(x, y): &(f64, f64)| (log(*x, x_range, x_place), log(*y, y_range, (bottom, top)));
        let points: Vec<(f64, f64)> = points.iter().map(place).collect();
        svg.path(&points, index);
        points.iter().for_each(|(x, y)| svg.dot(*x, *y, index));
    }
    Ok(svg.finish(bottom + 26.0))
}
