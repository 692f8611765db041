//! The few shapes that the plots are made of.

use std::fmt::Write;

/// Colours that can be told apart by most eyes (Okabe and Ito), then again in outline.
const COLOURS: [&str; 7] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999"];

pub struct Svg {
    body: String,
    pub width: f64,
}

impl Svg {
    pub fn new(title: &str, width: f64) -> Self {
        let mut svg = Self { body: String::new(), width };
        svg.text(10.0, 22.0, "font-size='15' font-weight='bold'", title);
        svg
    }

    pub fn text(&mut self, x: f64, y: f64, style: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(self.body, "<text x='{x:.1}' y='{y:.1}' {style}>{text}</text>");
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let _ = writeln!(
            self.body,
            "<line x1='{:.1}' y1='{:.1}' x2='{:.1}' y2='{:.1}' {style}/>",
            from.0, from.1, to.0, to.1
        );
    }

    pub fn path(&mut self, points: &[(f64, f64)], series: usize) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let dash = if series < COLOURS.len() { "" } else { "stroke-dasharray='5 3'" };
        let _ = writeln!(
            self.body,
            "<polyline points='{}' fill='none' stroke='{}' stroke-width='1.8' {dash}/>",
            points.join(" "),
            colour(series)
        );
    }

    pub fn dot(&mut self, x: f64, y: f64, series: usize) {
        let fill = if series < COLOURS.len() { colour(series) } else { "white" };
        let _ = writeln!(
            self.body,
            "<circle cx='{x:.1}' cy='{y:.1}' r='4' fill='{fill}' stroke='{}' stroke-width='1.5'/>",
            colour(series)
        );
    }

    /// Names beside their dots, in columns; returns where they end.
    pub fn legend(&mut self, top: f64, names: &[String]) -> f64 {
        let columns = ((self.width - 20.0) / 220.0).max(1.0) as usize;
        for (index, name) in names.iter().enumerate() {
            let (x, y) = (20.0 + 220.0 * (index % columns) as f64, top + 18.0 * (index / columns) as f64);
            self.dot(x, y - 4.0, index);
            self.text(x + 10.0, y, "", name);
        }
        top + 18.0 * names.len().div_ceil(columns) as f64
    }

    pub fn finish(self, height: f64) -> String {
        let Self { body, width } = self;
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0} {height:.0}' font-family='sans-serif' font-size='12'>\n\
             <rect width='100%' height='100%' fill='white'/>\n{body}</svg>\n"
        )
    }
}

fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// Where a value stands on a logarithmic axis of this range and this place.
pub fn log(value: f64, range: (f64, f64), place: (f64, f64)) -> f64 {
    let part = (value / range.0).ln() / (range.1 / range.0).ln();
    place.0 + part * (place.1 - place.0)
}

/// The 1, 2 and 5 times powers of ten in a range.
pub fn ticks(range: (f64, f64)) -> Vec<f64> {
    let powers = (range.0.log10().floor() as i32)..=(range.1.log10().ceil() as i32);
    let all = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    all.filter(|tick| *tick >= range.0 * 0.999 && *tick <= range.1 * 1.001).collect()
}
