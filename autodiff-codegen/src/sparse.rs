//! Sparse Jacobians and Hessians: which entries there are, found while the program is compiled, and how few sweeps are
//! enough for all of them.
//!
//! Columns that have no row in common share one sweep of forward mode, along the sum of their directions, and rows that
//! have no column in common one reverse sweep (Curtis, Powell and Reid 1974). A Hessian is symmetric, so that each entry
//! may come out of its row or of its column: a star colouring is enough (Coleman and Moré 1984), which for an arrow
//! takes two sweeps, where columns by themselves take as many as there are.

use crate::tables::HashMap;
use std::collections::BTreeSet;

use crate::analysis::pattern::{self, Set};
use crate::diagnostics::{Errors, Kind};
use crate::forward::Tangent;
use crate::hir;
use crate::ir::{Len, Ret};
use crate::jacobian::{self, Rows};
use crate::names::text;
use crate::second::Columns;

/// What is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// All first derivatives.
    Jacobian,
    /// The second derivatives, of which only the lower triangle is handed out.
    Hessian,
}

impl Of {
    /// What the option for it says.
    fn option(self) -> &'static str {
        match self {
            Of::Jacobian => "jacobian",
            Of::Hessian => "hessian",
        }
    }
}

/// A sparse matrix that can be computed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which.
    pub of: Of,
    /// The parameter whose elements are the columns.
    pub input: usize,
    /// How many columns there are.
    pub columns: usize,
    /// How many rows there are.
    pub rows: usize,
    /// What the rows are.
    pub outputs: Option<Rows>,
    /// The entries, row by row.
    pub entries: Vec<(u32, u32)>,
    /// The sweeps.
    pub sweeps: Sweeps,
    /// Constants of the user's that the pattern rests on: their values are checked.
    pub rests_on: Vec<(String, i128)>,
}

/// The sweeps that all entries come out of.
#[derive(Clone, Debug)]
pub struct Sweeps {
    /// By reverse mode, a seed for each; otherwise by forward mode, a direction for each.
    pub reverse: bool,
    /// How many there are.
    pub count: usize,
    /// Which sweep each column (or row, in reverse mode) takes part in.
    pub of: Vec<u32>,
    /// Which sweep each entry comes out of, and where in its result it lies.
    pub takes: Vec<(u32, u32)>,
}

/// The numbers of columns and rows that are followed; what is larger than that is no work for a macro.
const MOST: usize = 20_000;

/// Where more things meet than this, each gets a colour of its own: so many are all but dense.
const MOST_MEETINGS: usize = 20_000_000;

/// Finds the entries of a Jacobian, or says why not.
pub fn jacobian(
    function: &hir::Fn,
    plan: jacobian::Plan,
    tangent: &Tangent,
    errors: &mut Errors,
) -> Option<Plan> {
    let used = Used::new(function);
    let columns = columns(function, plan.input, &used, (Of::Jacobian, errors))?;
    let found = used.pattern(tangent, plan.input, (&tangent.ret_tangent, plan.rows.output()));
    let rows = found_rows(function, found, (Of::Jacobian, errors))?;
    let entries = entries(&rows);
    let by_rows = rows_apart(&rows, columns);
    let by_columns = columns_apart(&rows, columns);
    let forward = plan.by_columns && (!plan.by_rows || by_columns.count <= by_rows.count);
    let sweeps = if forward { by_columns } else { by_rows };
    let rests_on = used.into_list();
    let rows = rows.len();
    Some(Plan {
        of: Of::Jacobian,
        input: plan.input,
        columns,
        rows,
        outputs: Some(plan.rows),
        entries,
        sweeps,
        rests_on,
    })
}

/// Finds the entries of a Hessian, or says why not; `tangent` is that of value and gradient.
pub fn hessian(function: &hir::Fn, tangent: &Tangent, errors: &mut Errors) -> Option<Plan> {
    let &(input, _) = tangent.tangents.first()?;
    let used = Used::new(function);
    let columns = columns(function, input, &used, (Of::Hessian, errors))?;
    let found = used.pattern(tangent, input, (&tangent.ret_tangent, None));
    let rows = found_rows(function, found, (Of::Hessian, errors))?;
    // What is found is never too small, and the matrix is symmetric: an entry stands in both halves.
    let all: BTreeSet<(u32, u32)> = entries(&rows).into_iter().collect();
    let both: Vec<(u32, u32)> =
        all.iter().copied().filter(|(row, column)| all.contains(&(*column, *row))).collect();
    let sweeps = stars(&both, columns);
    let entries = both.into_iter().filter(|(row, column)| column <= row).collect();
    let rests_on = used.into_list();
    Some(Plan { of: Of::Hessian, input, columns, rows: columns, outputs: None, entries, sweeps, rests_on })
}

/// The user's constants, and which of them were asked for.
struct Used<'f> {
    function: &'f hir::Fn,
    used: std::cell::RefCell<Vec<(String, i128)>>,
}

impl<'f> Used<'f> {
    fn new(function: &'f hir::Fn) -> Used<'f> {
        Used { function, used: std::cell::RefCell::default() }
    }

    fn get(&self, path: &str) -> Option<i128> {
        let value = self.function.types.known.integer(&syn::parse_str(path).ok()?)?;
        let mut used = self.used.borrow_mut();
        if !used.iter().any(|(known, _)| known == path) {
            used.push((path.to_string(), value));
        }
        Some(value)
    }

    fn pattern(
        &self,
        tangent: &Tangent,
        input: usize,
        (outputs, lent): (&Ret, Option<usize>),
    ) -> Result<Vec<Set>, pattern::Unknown> {
        let of = |i: usize| tangent.tangents.iter().find(|(param, _)| *param == i).map(|(_, t)| *t);
        let seeded = of(input).ok_or(pattern::Unknown::Length)?;
        pattern::pattern(&tangent.func, seeded, (outputs, lent.and_then(of)), &|path| self.get(path))
    }

    fn into_list(self) -> Vec<(String, i128)> {
        self.used.into_inner()
    }
}

/// How many columns there are, or that this is not known.
fn columns(function: &hir::Fn, input: usize, used: &Used, (of, errors): (Of, &mut Errors)) -> Option<usize> {
    let columns = match Columns::of(&function.params[input].ty) {
        Some(Columns::One) => Some(1),
        Some(Columns::Array(Len::Known(n))) => Some(n),
        Some(Columns::Array(Len::Expr(code))) => {
            let text = code.to_string().replace(' ', "");
            used.get(&text).and_then(|n| usize::try_from(n).ok())
        }
        _ => None,
    };
    let name = function.params[input].name.to_string();
    let at = (function.sig.ident.span(), text(&function.sig.ident));
    match columns {
        Some(0) => errors.refuse(Kind::NothingSparse, at.0, &[of.option(), &at.1, &name]),
        Some(n) if n > MOST => errors.refuse(Kind::SparseTooLarge, at.0, &[&at.1]),
        Some(n) => return Some(n),
        None => refuse(function, &format!("the number of elements of `{name}`"), (of, errors)),
    }
    None
}

fn found_rows(
    function: &hir::Fn,
    found: Result<Vec<Set>, pattern::Unknown>,
    (of, errors): (Of, &mut Errors),
) -> Option<Vec<Set>> {
    match found {
        Ok(rows) if rows.len() <= MOST => Some(rows),
        Ok(_) | Err(pattern::Unknown::TooLarge) => {
            let name = text(&function.sig.ident);
            errors.refuse(Kind::SparseTooLarge, function.sig.ident.span(), &[&name]);
            None
        }
        Err(pattern::Unknown::Length) => {
            let what = match of {
                Of::Jacobian => "the number of results",
                Of::Hessian => "the number of elements of the gradient",
            };
            refuse(function, what, (of, errors));
            None
        }
    }
}

fn refuse(function: &hir::Fn, what: &str, (of, errors): (Of, &mut Errors)) {
    let args = [of.option(), &text(&function.sig.ident), what];
    errors.refuse(Kind::SparseSizes, function.sig.ident.span(), &args);
}

/// The entries, row by row.
fn entries(rows: &[Set]) -> Vec<(u32, u32)> {
    let of = |(row, set): (usize, &Set)| {
        set.elements().iter().map(move |column| (row as u32, *column)).collect::<Vec<_>>()
    };
    rows.iter().enumerate().flat_map(of).collect()
}

/// Forward sweeps: columns of one sweep have no row in common.
fn columns_apart(rows: &[Set], columns: usize) -> Sweeps {
    let mut met = vec![Vec::new(); columns];
    for row in rows {
        for column in row.elements() {
            met[*column as usize].push(row.elements());
        }
    }
    let (of, count) = colour(columns, &met);
    let takes = entries(rows).into_iter().map(|(row, column)| (of[column as usize], row)).collect();
    Sweeps { reverse: false, count, of, takes }
}

/// Reverse sweeps: rows of one sweep have no column in common.
fn rows_apart(rows: &[Set], columns: usize) -> Sweeps {
    let mut transposed = vec![Vec::new(); columns];
    for (row, column) in entries(rows) {
        transposed[column as usize].push(row);
    }
    let met: Vec<Vec<&[u32]>> = rows
        .iter()
        .map(|row| row.elements().iter().map(|column| &transposed[*column as usize][..]).collect())
        .collect();
    let (of, count) = colour(rows.len(), &met);
    let takes = entries(rows).into_iter().map(|(row, column)| (of[row as usize], column)).collect();
    Sweeps { reverse: true, count, of, takes }
}

/// Gives each of `n` things the smallest colour that nothing which it meets has; the ones that meet most come first.
fn colour(n: usize, met: &[Vec<&[u32]>]) -> (Vec<u32>, usize) {
    let meets = |i: &usize| met[*i].iter().map(|others| others.len()).sum::<usize>();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|i| std::cmp::Reverse(meets(i)));
    let mut colours: Vec<Option<u32>> = vec![None; n];
    let mut taken = vec![usize::MAX; n + 1];
    if order.iter().map(meets).sum::<usize>() > MOST_MEETINGS {
        return ((0..n as u32).collect(), n);
    }
    for i in order {
        for other in met[i].iter().flat_map(|others| others.iter()) {
            if let Some(colour) = colours[*other as usize] {
                taken[colour as usize] = i;
            }
        }
        colours[i] = (0..).find(|colour| taken[*colour as usize] != i);
    }
    let of: Vec<u32> = colours.into_iter().flatten().collect();
    let count = match met.iter().all(Vec::is_empty) {
        true => 0,
        false => of.iter().max().map_or(0, |most| *most as usize + 1),
    };
    (of, count)
}

/// The sweeps of a symmetric matrix: neighbours differ, and on each path of four vertices there are three colours, so that
/// for each entry its row or its column is the only neighbour of its colour.
fn stars(both: &[(u32, u32)], n: usize) -> Sweeps {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (row, column) in both.iter().filter(|(row, column)| row != column) {
        neighbours[*row as usize].push(*column as usize);
    }
    let of = star_colours(&neighbours);
    let count = if both.is_empty() { 0 } else { of.iter().max().map_or(0, |most| *most as usize + 1) };
    let alone = |row: u32, column: u32| {
        let same = |w: &&usize| of[**w] == of[column as usize];
        row == column || neighbours[row as usize].iter().filter(same).count() == 1
    };
    let take = |&(row, column): &(u32, u32)| match alone(row, column) {
        true => (of[column as usize], row),
        false => (of[row as usize], column),
    };
    let takes = both.iter().filter(|(row, column)| column <= row).map(take).collect();
    Sweeps { reverse: false, count, of, takes }
}

/// Gives each vertex the smallest colour that makes no such path of two colours.
fn star_colours(neighbours: &[Vec<usize>]) -> Vec<u32> {
    let n = neighbours.len();
    let entries: usize = neighbours.iter().map(Vec::len).sum();
    let paths: usize = neighbours.iter().flatten().map(|w| neighbours[*w].len()).sum();
    if paths > MOST_MEETINGS && 4 * entries > n * n {
        return (0..n as u32).collect();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|v| std::cmp::Reverse(neighbours[*v].len()));
    let mut colours: Vec<Option<u32>> = vec![None; n];
    let mut taken = vec![usize::MAX; n + 1];
    // How many neighbours of each colour a vertex has.
    let mut met: Vec<HashMap<u32, u32>> = vec![HashMap::default(); n];
    for v in order {
        for w in &neighbours[v] {
            match colours[*w] {
                // Two neighbours of one that has no colour yet must differ, since it may get any.
                None => neighbours[*w].iter().filter_map(|x| colours[*x]).for_each(|c| taken[c as usize] = v),
                Some(own) => {
                    taken[own as usize] = v;
                    for x in neighbours[*w].iter().filter(|x| **x != v) {
                        let again = || met[*x].get(&own).is_some_and(|times| *times > 1);
                        if let Some(colour) = colours[*x].filter(|_| again()) {
                            taken[colour as usize] = v;
                        }
                    }
                }
            }
        }
        let colour = (0..).find(|colour| taken[*colour as usize] != v).unwrap_or(0);
        colours[v] = Some(colour);
        neighbours[v].iter().for_each(|w| *met[*w].entry(colour).or_default() += 1);
    }
    colours.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
