//! Draws what was measured, on standard output.
//!
//! ```text
//! plot speed TITLE < TABLE.md         every contestant of every row, as a multiple of our time
//! plot growth TITLE CRITERION-FOLDER  the groups named "growth …": cost per unit against the number of units; linear is level
//! plot growth-table CRITERION-FOLDER [INSTRUCTIONS.md]
//!                                     the smallest and the largest input of each of these, as Markdown, with what `benches/instructions growth` counted
//! ```

#![allow(missing_docs, reason = "a program, not a library")]

mod growth;
mod speed;
mod svg;

use std::io::Read;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let drawn = match words[..] {
        ["speed", title] => {
            let mut table = String::new();
            std::io::stdin()
                .read_to_string(&mut table)
                .map_err(|error| error.to_string())
                .and_then(|_| speed::draw(title, &table))
        }
        ["growth", title, folder] => growth::draw(title, folder.as_ref()),
        ["growth-table", folder] => growth::table(folder.as_ref(), None),
        ["growth-table", folder, instructions] => std::fs::read_to_string(instructions)
            .map_err(|error| format!("{instructions}: {error}"))
            .and_then(|instructions| growth::table(folder.as_ref(), Some(&instructions))),
        _ => Err("plot speed TITLE < TABLE.md, plot growth TITLE CRITERION-FOLDER, plot growth-table CRITERION-FOLDER [INSTRUCTIONS.md]"
            .to_owned()),
    };
    match drawn {
        Ok(drawn) => {
            print!("{drawn}");
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            eprintln!("plot: {complaint}");
            ExitCode::from(2)
        }
    }
}
