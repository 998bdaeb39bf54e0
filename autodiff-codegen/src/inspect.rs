//! What the compiler knows of a function, for people and for tools: what is active and why, what the reverse sweep saves,
//! what it costs, and the partial derivatives as formulas.

use crate::analysis::{self, Activity};
use crate::around;
use crate::diagnostics::Errors;
use crate::formula;
pub use crate::formula::Formulas;
use crate::hir;
use crate::ir::{Func, Name, Op, Origin, Param, Place, Value};
use crate::options::Options;
use crate::parse::{self, Source, text::one_line};
use crate::pipeline;
use crate::reverse::{Gradient, Options as How, SeedKind, reverse};
use crate::simplify;
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, HashSet};

/// A function that the compiler has understood.
#[derive(Debug)]
pub struct Inspection {
    /// As it was parsed.
    pub function: hir::Fn,
    /// Its program, before anything is simplified.
    pub primal: Func,
    /// The program of its value and gradient; of its value and the gradient of seed · value, if it does not return one
    /// float.
    pub gradient: Gradient,
    activity: Activity,
    narrowed: bool,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, or its pattern.
    pub name: String,
    /// Its type, as written.
    pub ty: String,
    /// Whether derivatives with respect to it are taken.
    pub active: bool,
    /// Why, or why not.
    pub why: String,
}

/// A variable of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The line that it is first set in.
    pub line: usize,
    /// Whether a derivative goes through it.
    pub active: bool,
    /// The active parameters that flow into it.
    pub from: Vec<String>,
    /// Why a derivative goes through it, or why not.
    pub why: String,
}

/// A loop or branch, or a value: its text and its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// What it is called, or its statement.
    pub text: String,
    /// Its line.
    pub line: usize,
}

/// How many operations a program has, by the depth of the loops that they stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Outside of loops, in loops, in loops in loops, and so on.
    pub by_depth: Vec<usize>,
    /// By their names.
    pub by_name: BTreeMap<String, usize>,
}

impl Count {
    /// All of them.
    pub fn total(&self) -> usize {
        self.by_depth.iter().sum()
    }

    fn of(func: &Func) -> Count {
        let mut count = Count::default();
        count.block(&func.body.stmts, 0);
        count
    }

    fn block(&mut self, stmts: &[crate::ir::Stmt], depth: usize) {
        for stmt in stmts {
            let name = match &stmt.op {
                Op::Elem { rule, .. } => Some(rule.surface()),
                Op::Call { callee, .. } | Op::CallForward { callee, .. } => {
                    Some(format!("{}(…)", callee.name))
                }
                Op::CallReverse { callee, .. } => Some(format!("{}(…) backwards", callee.name)),
                Op::CallAtOnce { callee, .. } => Some(format!("{}(…) with its gradient", callee.name)),
                Op::Accum { .. } => Some("a += b".to_string()),
                _ => None,
            };
            if let Some(name) = name {
                self.by_depth.resize(self.by_depth.len().max(depth + 1), 0);
                self.by_depth[depth] += 1;
                *self.by_name.entry(name).or_default() += 1;
            }
            let inside = depth + usize::from(matches!(stmt.op, Op::For { .. } | Op::While { .. }));
            stmt.op.blocks().iter().for_each(|b| self.block(&b.stmts, inside));
        }
    }
}

/// The companions of a function as tokens. Errors are those of the function; nothing is emitted then.
///
/// # Errors
///
/// What is wrong with the function, each with the tokens to say it at.
pub fn companions(item: &TokenStream, options: &Options) -> Result<TokenStream, Vec<(String, TokenStream)>> {
    let mut errors = Errors::new();
    let tokens = Source::parse(item.clone(), &mut errors)
        .map(|source| pipeline::function(&source, options, &mut errors))
        .unwrap_or_default();
    match errors.is_empty() {
        true => Ok(tokens),
        false => Err(errors.into_located()),
    }
}

/// Takes a function apart. Of a body with `cfg`s, it is the form in which none of them leaves anything out.
///
/// # Errors
///
/// What is wrong with the function, each with the tokens to say it at.
pub fn inspect(item: &TokenStream, options: &Options) -> Result<Inspection, Vec<(String, TokenStream)>> {
    let mut errors = Errors::new();
    let found = function(item, options, &mut errors);
    match found {
        Some(found) if errors.is_empty() => Ok(found),
        _ => Err(errors.into_located()),
    }
}

fn function(item: &TokenStream, options: &Options, errors: &mut Errors) -> Option<Inspection> {
    let item = Source::parse(item.clone(), errors)?.function(errors)?;
    let options = around::completed(options, &item);
    let mut item = parse::configurations(&item, errors).into_iter().next()?.item;
    let (function, primal) = pipeline::primal(&mut item, &options, errors)?;
    let seed = if function.has_gradient() { SeedKind::One } else { SeedKind::Param };
    let how = How { seed, at_once: true, checkpoint: options.checkpoint, ..How::GRADIENT };
    let mut gradient = match reverse(&primal, &how) {
        Ok(gradient) => gradient,
        Err(unsupported) => {
            errors.internal(unsupported.origin.span, unsupported.what);
            return None;
        }
    };
    simplify::accumulators(&mut gradient);
    simplify::gradient(&mut gradient);
    simplify::quotients(&mut gradient);
    let activity = Activity::new(&primal, seed == SeedKind::Param);
    Some(Inspection { function, primal, gradient, activity, narrowed: options.wrt.is_some() })
}

impl Inspection {
    /// The function's parameters.
    pub fn parameters(&self) -> Vec<Parameter> {
        let one = |p: &hir::Param| Parameter {
            name: one_line(&p.pat.tokens),
            ty: one_line(&p.ty_tokens),
            active: p.active,
            why: p.why(self.narrowed).to_string(),
        };
        self.function.params.iter().map(one).collect()
    }

    /// The variables of the body, in the order in which they are set.
    pub fn variables(&self) -> Vec<Variable> {
        let reach: Vec<(String, Activity)> = self.by_parameter();
        let mut out: Vec<Variable> = Vec::new();
        let mut add = |name: &str, origin: &Origin, active: bool, varied: bool, from: Vec<String>| {
            let line = origin.span.start().line;
            match out.iter_mut().find(|v| v.name == name) {
                Some(known) => {
                    known.active |= active;
                    known
                        .from
                        .extend(from.into_iter().filter(|f| !known.from.contains(f)).collect::<Vec<_>>());
                }
                None => {
                    out.push(Variable { name: name.to_string(), line, active, from, why: String::new() });
                }
            }
            let Some(known) = out.iter_mut().find(|v| v.name == name) else { return };
            let all = known.from.join(", ");
            let flow = if known.from.len() == 1 { "flows" } else { "flow" };
            known.why = match (known.active, varied || !known.from.is_empty()) {
                (true, _) => format!("{all} {flow} into it, and it into the result"),
                (false, true) => {
                    format!("{all} {flow} into it, but no derivative goes from it to the result")
                }
                (false, false) => "no active parameter flows into it".to_string(),
            };
        };
        let params = self.primal_params();
        self.primal.body.each_stmt(&mut |s| {
            for v in s.results.iter().chain(s.op.blocks().iter().flat_map(|b| &b.params)) {
                let info = self.primal.val(*v);
                if let Some(name @ Name::User(_)) = &info.name
                    && !params.contains(&name.stem())
                {
                    let from = reach.iter().filter(|(_, a)| a.varied(*v)).map(|(n, _)| n.clone()).collect();
                    let (active, varied) = (self.activity.value(*v), self.activity.varied(*v));
                    add(&name.stem(), &s.origin, active, varied, from);
                }
            }
            for p in s.op.place_made() {
                let info = self.primal.plc(p);
                if let Some(name @ Name::User(_)) = &info.name
                    && !params.contains(&name.stem())
                {
                    let varied = |a: &Activity| a.place_varied(&self.primal, p);
                    let from = reach.iter().filter(|(_, a)| varied(a)).map(|(n, _)| n.clone()).collect();
                    let active = self.activity.place(&self.primal, p);
                    add(&name.stem(), &s.origin, active, varied(&self.activity), from);
                }
            }
        });
        out
    }

    fn primal_params(&self) -> HashSet<String> {
        self.primal.params.iter().map(|p| crate::names::text(&p.name)).collect()
    }

    /// What each active parameter flows into alone.
    fn by_parameter(&self) -> Vec<(String, Activity)> {
        let active = self.primal.params.iter().enumerate().filter(|(_, p)| p.active);
        let alone = |(i, p): (usize, &Param)| {
            let mut func = self.primal.clone();
            func.params.iter_mut().enumerate().for_each(|(j, p)| p.active = i == j);
            (crate::names::text(&p.name), Activity::new(&func, true))
        };
        active.map(alone).collect()
    }

    /// The values and places that the reverse sweep's program still mentions.
    fn mentioned(&self) -> (HashSet<Value>, HashSet<Place>) {
        let (mut values, mut places) = (HashSet::new(), HashSet::new());
        self.gradient.func.body.each_stmt(&mut |s| {
            values.extend(s.results.iter().copied());
            places.extend(s.op.places_read());
            places.extend(s.op.places_written());
        });
        (values, places)
    }

    /// The values that are saved for the reverse sweep.
    pub fn saved(&self) -> Vec<Part> {
        let (_, places) = self.mentioned();
        let saved = self.gradient.decisions.saved.iter().filter(|(_, p)| places.contains(p));
        parts(saved.map(|(v, _)| self.value(*v)))
    }

    /// The values that the reverse sweep computes once more.
    pub fn recomputed(&self) -> Vec<Part> {
        let (values, _) = self.mentioned();
        let again = self.gradient.decisions.recomputed.iter().filter(|(_, x)| values.contains(x));
        let mut trifles = HashSet::new();
        self.primal.body.each_stmt(&mut |s| {
            if !matches!(s.op, Op::Elem { .. } | Op::Load { .. } | Op::Cast(_)) {
                trifles.extend(s.results.iter().copied());
            }
        });
        let again = again.filter(|(v, _)| !trifles.contains(v) && self.primal.val(*v).ty.is_float());
        parts(again.map(|(v, _)| self.value(*v)))
    }

    /// The loops and branches whose derivatives are computed in the same round.
    pub fn fused(&self) -> Vec<Part> {
        parts(self.gradient.decisions.fused.iter().map(statement))
    }

    /// The calls that make value and gradient in one.
    pub fn at_once(&self) -> Vec<Part> {
        parts(self.gradient.decisions.at_once.iter().map(statement))
    }

    /// The loops that hand on one round's value, so that the reverse sweep runs that round alone.
    pub fn winners(&self) -> Vec<Part> {
        parts(self.gradient.decisions.winners.iter().map(statement))
    }

    /// A value by its name, or by the operation and the statement that it comes from.
    fn value(&self, v: Value) -> Part {
        let Some(info) = self.primal.values.get(v.0 as usize) else {
            // Made by the reverse pass: what a call keeps, a number of rounds, a copy.
            return Part { text: "what calls keep, copies, or numbers of rounds".to_string(), line: 0 };
        };
        let line = info.origin.span.start().line;
        let statement = info.origin.text.as_deref().unwrap_or_default();
        let text = match &info.name {
            Some(Name::User(name)) => format!("`{name}`"),
            _ => formula::short(&self.primal, v)
                .map_or_else(|| format!("a value of `{statement}`"), |t| format!("`{t}`")),
        };
        Part { text, line }
    }

    /// How many operations the value alone takes, and value and gradient together.
    pub fn counts(&self) -> (Count, Count) {
        // As it is written, with first writes in the place of additions to zeros.
        let mut written = self.gradient.clone();
        simplify::windows_beyond(&mut written, None);
        (Count::of(&self.primal), Count::of(&written.func))
    }

    /// The operations that derivatives go through at which a convention may decide: how they are written, and what holds
    /// at which points.
    pub fn conventions(&self) -> Vec<(String, Vec<String>)> {
        let rules = analysis::conventions(&self.primal, &self.activity);
        rules.into_iter().map(|(rule, holds)| (rule.surface(), holds)).collect()
    }

    /// The branches that active values pass through, which are differentiated as they ran.
    pub fn branches(&self) -> Vec<Part> {
        let branches = analysis::branches(&self.primal, &self.activity);
        parts(branches.into_iter().map(|origin| Part {
            text: crate::graph::arm(origin.text.as_deref()),
            line: origin.span.start().line,
        }))
    }

    /// The partial derivatives as formulas. `None` if the function has loops, branches or calls, or if a formula would be too
    /// long to read.
    pub fn formulas(&self) -> Option<Formulas> {
        formula::all(&self.gradient, &self.primal)
    }
}

/// A statement, by its first words and its line.
fn statement(origin: &crate::ir::Origin) -> Part {
    let text = crate::graph::head(origin.text.as_deref().unwrap_or_default());
    Part { text, line: origin.span.start().line }
}

fn parts(all: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let mut seen = HashSet::new();
    all.into_iter().filter(|part| seen.insert((part.text.clone(), part.line))).collect()
}

/// The options that a function has in a file: those of its attribute, and what is seen around it.
pub fn options_in(
    path: &std::path::Path,
    attribute: TokenStream,
    item: &TokenStream,
) -> Result<Options, Vec<(String, TokenStream)>> {
    let mut errors = Errors::new();
    let mut options = crate::options::parse(attribute, &mut errors);
    if let Some(source) = Source::parse(item.clone(), &mut errors)
        && let Some(around) =
            crate::surroundings::around_in(path.to_path_buf(), &source.sig, source.body(), item)
    {
        let associated = options.around.associated;
        options.around = around;
        options.around.associated |= associated;
    }
    match errors.is_empty() {
        true => Ok(options),
        false => Err(errors.into_located()),
    }
}

/// Whether companions of a function are items of an `impl` block.
pub fn is_associated(options: &Options, item: &TokenStream) -> bool {
    syn::parse2::<syn::ItemFn>(item.clone())
        .is_ok_and(|item| around::completed(options, &item).around.associated)
}
