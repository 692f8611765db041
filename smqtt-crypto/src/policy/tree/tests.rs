use super::*;
use crate::curve::Scalar;
use alloc::string::String;
use proptest::prelude::*;
use std::format;

/// A random policy over eight texts, so that attributes repeat.
fn policy() -> impl Strategy<Value = String> {
    let leaf = (0u8..8).prop_map(|n| format!("a = \"{n}\""));
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" or "))),
            (prop::collection::vec(inner, 2..5), any::<prop::sample::Index>()).prop_map(|(of, k)| format!(
                "{} of ({})",
                k.index(of.len()) + 1,
                of.join(", ")
            )),
        ]
    })
}

/// The rows of the span program, from sharing itself: λ = M · (secret, randomness), read off with unit vectors.
fn matrix(tree: &Tree) -> Vec<Vec<Scalar>> {
    let mut draws = 0usize;
    tree.share(Scalar::ZERO, &mut || {
        draws += 1;
        Scalar::ZERO
    });
    let columns: Vec<Vec<Scalar>> = (0..=draws)
        .map(|unit| {
            let mut index = 0;
            let secret = if unit == 0 { Scalar::ONE } else { Scalar::ZERO };
            tree.share(secret, &mut || {
                index += 1;
                if index == unit { Scalar::ONE } else { Scalar::ZERO }
            })
        })
        .collect();
    (0..tree.leaves().len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

/// Gauss: is (1, 0, …, 0) in the span of `rows`?
fn spans(mut rows: Vec<Vec<Scalar>>, width: usize) -> bool {
    let mut target = alloc::vec![Scalar::ZERO; width];
    target[0] = Scalar::ONE;
    for column in (0..width).rev() {
        let Some(pivot) = rows.iter().position(|row| row[column] != Scalar::ZERO) else { continue };
        let pivot = rows.swap_remove(pivot);
        let inverse = pivot[column].inverse().unwrap();
        for row in rows.iter_mut().chain([&mut target]) {
            let factor = row[column].times(&inverse);
            for (value, from) in row.iter_mut().zip(&pivot) {
                *value = value.minus(&factor.times(from));
            }
        }
    }
    target.iter().all(|value| *value == Scalar::ZERO)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The soundness law: satisfied if and only if the target vector lies in the row span; and then the shares add up.
    #[test]
    fn satisfied_iff_the_target_is_in_the_span(text in policy(), mask in any::<u8>()) {
        let policy: Policy = text.parse().unwrap();
        let tree = Tree::new(&policy);
        let held: Vec<Attribute> = (0..8).filter(|n| mask >> n & 1 == 1).map(|n| Attribute::text("a", &format!("{n}"))).collect();
        let has = |attribute: &Attribute| held.contains(attribute);
        let all = matrix(&tree);
        let width = all[0].len();
        let rows: Vec<_> = all.iter().zip(tree.leaves()).filter(|(_, leaf)| has(leaf)).map(|(row, _)| row.clone()).collect();
        let solution = tree.solve(&has);
        let mut sorted = held.clone();
        sorted.sort();
        prop_assert_eq!(policy.is_satisfied_by(&sorted), solution.is_some());
        prop_assert_eq!(spans(rows, width), solution.is_some());
        if let Some(used) = solution {
            let mut sum = alloc::vec![Scalar::ZERO; width];
            for (leaf, coefficient) in used {
                prop_assert!(has(&tree.leaves()[leaf]));
                for (value, from) in sum.iter_mut().zip(&all[leaf]) {
                    *value = value.plus(&coefficient.times(from));
                }
            }
            prop_assert_eq!(sum[0], Scalar::ONE);
            prop_assert!(sum[1..].iter().all(|value| *value == Scalar::ZERO));
        }
    }

    #[test]
    fn display_parses_back(text in policy()) {
        let policy: Policy = text.parse().unwrap();
        let again: Policy = format!("{policy}").parse().unwrap();
        prop_assert_eq!(&again, &policy);
        let mut bytes = Vec::new();
        policy.encode(&mut bytes);
        prop_assert_eq!(Policy::decode(&bytes, &crate::Limits::default()).unwrap(), policy);
    }
}

#[test]
fn repeated_attributes_get_different_occurrence_numbers() {
    let policy: Policy = "a = \"x\" and (a = \"y\" or a = \"x\") and a = \"x\"".parse().unwrap();
    let tree = Tree::new(&policy);
    assert_eq!((0..4).map(|leaf| tree.occurrence(leaf)).collect::<Vec<_>>(), [0, 0, 1, 2]);
    assert_eq!(tree.classes(), 3);
}

#[test]
fn the_cheaper_way_is_taken() {
    // The threshold needs multiplications, the last alternative does not.
    let policy: Policy =
        "2 of (a = \"1\", a = \"2\", a = \"3\") or (a = \"1\" and a = \"2\" and b = \"4\")".parse().unwrap();
    let used = Tree::new(&policy).solve(&|_| true).unwrap();
    // Occurrence classes come first: the first alternative uses no attribute for the second time.
    assert_eq!(used.len(), 2);
    let policy: Policy =
        "2 of (a = \"1\", a = \"2\", a = \"3\") or (b = \"1\" and b = \"2\" and b = \"4\")".parse().unwrap();
    let used = Tree::new(&policy).solve(&|_| true).unwrap();
    assert!(used.len() == 3 && used.iter().all(|(_, coefficient)| coefficient.is_one()));
}
