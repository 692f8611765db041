//! Rows that criterion times and callgrind counts: what is common to the benches that `benches/instructions` runs.

use core::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

/// One thing that is measured: how often it is done in one round, and the round, whose result is checked.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) count: u64,
    /// Bytes of payload in one round, where they are what counts.
    pub(crate) bytes: u64,
    pub(crate) expected: usize,
    pub(crate) round: Box<dyn FnMut() -> usize>,
}

impl Row {
    /// One size of a growth bench: the round does this many units.
    #[allow(dead_code, reason = "some programs have no such rows")]
    pub(crate) fn grown(series: &str, units: usize, expected: usize, round: impl FnMut() -> usize + 'static) -> Self {
        Self::new(format!("{series} among {units}"), units as u64, expected, round)
    }

    pub(crate) fn new(
        name: impl Into<String>,
        count: u64,
        expected: usize,
        round: impl FnMut() -> usize + 'static,
    ) -> Self {
        Self { name: name.into(), count, bytes: 0, expected, round: Box::new(round) }
    }

    fn check(&mut self, round: fn(&mut Self) -> usize) {
        assert_eq!(round(self), self.expected, "{}", self.name);
    }
}

/// Whether the row of a name is asked for: what is large need not be built for nothing.
pub(crate) type Wanted<'w> = &'w dyn Fn(&str) -> bool;

/// What callgrind counts.
#[inline(never)]
fn measured_region(row: &mut Row) -> usize {
    black_box((row.round)())
}

/// A name that ends with `among` and a size belongs to the growth benches.
fn series(name: &str) -> Option<(&str, u32)> {
    let (series, size) = name.rsplit_once(" among ")?;
    Some((series, size.parse().ok()?))
}

/// Criterion's filter, if it comes first, spares the rows that are not wanted.
fn bench(group: &str, rows: fn(Wanted<'_>) -> Vec<Row>, timed: &[fn(&mut Criterion)], filter: &str) {
    let mut criterion = Criterion::default().configure_from_args();
    let wanted = |name: &str| {
        let id = match series(name) {
            Some((series, size)) => format!("growth {group}/{series}/{size}"),
            None => format!("{group}/{name}"),
        };
        filter.strip_prefix('^').map_or_else(|| id.contains(filter), |start| id.starts_with(start))
    };
    for mut row in rows(&wanted).into_iter().filter(|row| wanted(&row.name)) {
        row.check(|row| (row.round)());
        let (group, id) = match series(&row.name) {
            Some((series, size)) => (format!("growth {group}"), BenchmarkId::new(series, size)),
            None => (group.to_owned(), BenchmarkId::from_parameter(&row.name)),
        };
        let mut group = criterion.benchmark_group(group);
        group.throughput(match row.bytes {
            0 => Throughput::Elements(row.count),
            bytes => Throughput::Bytes(bytes),
        });
        group.bench_function(id, |bencher| bencher.iter(&mut row.round));
        group.finish();
    }
    timed.iter().for_each(|bench| bench(&mut criterion));
    criterion.final_summary();
}

/// The program of such a bench, with what criterion alone measures.
pub(crate) fn main(group: &str, rows: fn(Wanted<'_>) -> Vec<Row>, timed: &[fn(&mut Criterion)]) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // One row, for callgrind: prints how often it was done.
        ["--count", name] => {
            for mut row in rows(&|found| found == name).into_iter().filter(|row| row.name == name) {
                row.check(|row| (row.round)());
                row.check(measured_region);
                println!("{}", row.count);
            }
        }
        ["--names"] => {
            let rows = rows(&|name| {
                println!("{name}");
                false
            });
            rows.iter().for_each(|row| println!("{}", row.name));
        }
        _ => {
            bench(group, rows, timed, words.first().filter(|word| !word.starts_with('-')).copied().unwrap_or_default())
        }
    }
}
