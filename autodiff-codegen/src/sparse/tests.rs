use super::*;

/// A number for each position, none like another.
fn number(row: u32, column: u32) -> u64 {
    1 + u64::from(row.max(column)) * 1_000 + u64::from(row.min(column))
}

/// A pattern: about one in `one_in` positions, at random.
fn random(n: usize, m: usize, one_in: u64, seed: u64) -> Vec<Set> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let row = |_| (0..n as u32).filter(|_| next() % one_in == 0).collect::<Vec<_>>();
    let rows: Vec<Vec<u32>> = (0..m).map(row).collect();
    rows.iter().map(|row| row.iter().fold(Set::default(), |s, c| s.union(&Set::one(*c)))).collect()
}

/// What the sweeps give for the entries of a matrix, beside the matrix.
fn recovered(sweeps: &Sweeps, entries: &[(u32, u32)], taken: &[(u32, u32)]) -> bool {
    let product = |sweep: u32, at: u32| -> u64 {
        let met = |(row, column): &&(u32, u32)| match sweeps.reverse {
            true => *column == at && sweeps.of[*row as usize] == sweep,
            false => *row == at && sweeps.of[*column as usize] == sweep,
        };
        entries.iter().filter(met).map(|(row, column)| number(*row, *column)).sum()
    };
    sweeps.takes.len() == taken.len()
        && taken
            .iter()
            .zip(&sweeps.takes)
            .all(|((row, column), (sweep, at))| product(*sweep, *at) == number(*row, *column))
}

#[test]
fn all_entries_come_out_of_few_sweeps() {
    for seed in 0..60 {
        let (n, m) = (1 + seed as usize % 17, 1 + seed as usize % 11);
        let rows = random(n, m, 2 + seed % 5, seed);
        let all = entries(&rows);
        for sweeps in [columns_apart(&rows, n), rows_apart(&rows, n)] {
            assert!(recovered(&sweeps, &all, &all), "{rows:?}: {sweeps:?}");
            assert!(sweeps.count <= if sweeps.reverse { m } else { n });
        }
    }
}

#[test]
fn symmetric_entries_come_out_of_few_sweeps() {
    for seed in 0..60 {
        let n = 1 + seed as usize % 15;
        let half = entries(&random(n, n, 2 + seed % 6, seed));
        let mut both: BTreeSet<(u32, u32)> = half.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
        // Not all have a diagonal.
        both.retain(|(a, b)| a != b || seed % 3 == 0);
        let both: Vec<(u32, u32)> = both.into_iter().collect();
        let lower: Vec<(u32, u32)> = both.iter().copied().filter(|(row, column)| column <= row).collect();
        assert!(recovered(&stars(&both, n), &both, &lower), "{both:?}");
    }
}

#[test]
fn known_numbers_of_sweeps() {
    let band = |width: u32, n: u32| -> Vec<Set> {
        let near = |row: u32| (row.saturating_sub(width)..(row + width + 1).min(n)).collect::<Vec<_>>();
        let set = |row: Vec<u32>| row.iter().fold(Set::default(), |s, c| s.union(&Set::one(*c)));
        (0..n).map(|row| set(near(row))).collect()
    };
    // A band of 2w + 1 takes as many sweeps, and an arrow one for each element, or two by its symmetry.
    assert_eq!(columns_apart(&band(1, 30), 30).count, 3);
    assert_eq!(rows_apart(&band(2, 30), 30).count, 5);
    let arrow: BTreeSet<(u32, u32)> = (0..30).flat_map(|i| [(i, i), (0, i), (i, 0)]).collect();
    let arrow: Vec<(u32, u32)> = arrow.into_iter().collect();
    assert_eq!(stars(&arrow, 30).count, 2);
    assert_eq!(stars(&[], 5).count, 0);
}

#[test]
fn dense_matrices_are_coloured_in_no_time() {
    let n = 250;
    let both: Vec<(u32, u32)> = (0..n).flat_map(|row| (0..n).map(move |column| (row, column))).collect();
    let start = std::time::Instant::now();
    assert_eq!(stars(&both, n as usize).count, n as usize);
    // By paths of four vertices, it takes some hundred times as long.
    assert!(start.elapsed().as_secs() < 10);
}
