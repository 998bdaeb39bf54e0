//! `expand()`: the stages as one list.

use crate::diagnostics::{Errors, Kind};
use crate::emit::{self, Programs};
use crate::forward::{Tangent, forward};
use crate::hir;
use crate::ir::{self, verify::culprit, verify::verify};
use crate::options::{self, Options};
use crate::parse::{self, Source};
use crate::reverse::{self, Buffers, Gradient, SeedKind, reverse};
use crate::{
    analysis, around, blocks, by_hand, check, elided, fallback, graph, jacobian, known, lanes, lower, second,
    simplify, sparse, surroundings,
};
use proc_macro2::{Ident, Span, TokenStream};
use std::rc::Rc;

/// Expands `#[backprop(attribute)] item`: the item as it was written, followed by its companions or by what is
/// wrong with it. Total: no tokens make it panic.
pub fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut named = false;
    crate::names::each_ident(&item, &mut |name| named |= name == "gen");
    let out = expanded(attribute, item);
    // What macros make is of their own edition, in which the user's name is a keyword.
    if !named {
        return out;
    }
    let keyword = quote::format_ident!("gen");
    crate::names::rename_by(out, &|name| (*name == keyword).then(|| Ident::new_raw("gen", name.span())))
}

fn expanded(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let mut options = options::parse(attribute, &mut errors);
    let block = match blocks::keyword(&item) {
        Some("impl") => syn::parse2(item.clone()).ok().map(|i| blocks::expand_impl(i, &options, &mut errors)),
        Some(_) => syn::parse2(item.clone()).ok().map(|i| blocks::expand_mod(i, &options, &mut errors)),
        None => None,
    };
    if let Some(mut out) = block {
        out.extend(errors.into_tokens());
        return out;
    }
    let mut out = fallback::without_marks(item.clone());
    if let Some(source) = Source::parse(item.clone(), &mut errors) {
        if let Some(around) = surroundings::around(&source.sig, source.body(), &item) {
            let associated = options.around.associated;
            options.around = around;
            Rc::make_mut(&mut options.around.known).plain_for_certain();
            options.around.associated |= associated;
        }
        let twice = source.attrs.iter().find(|attr| known::is_backprop(attr));
        match (options.around.refusal, twice) {
            // Stubs could not stand there, either.
            (Some(why), _) => errors.refuse(why, source.sig.ident.span(), &[]),
            // The other one makes them.
            (None, Some(other)) => errors.refuse_tokens(Kind::AttributeTwice, &quote::quote!(#other), &[]),
            (None, None) => out.extend(function(&source, &options, &mut errors)),
        }
    }
    out.extend(errors.into_tokens());
    out
}

/// The companions of a function in all its configurations, or stubs of them. What is wrong with one configuration
/// is an error only where that one is built.
pub fn function(source: &Source, options: &Options, errors: &mut Errors) -> TokenStream {
    let item = match options.by_hand() {
        true => Some(by_hand::readable(source)),
        false => source.function(errors),
    };
    let Some(mut item) = item else { return stubs(source, options) };
    // In a trait, nothing can have a visibility: there, rustc refuses the companions.
    if options.around.unseen && matches!(item.vis, syn::Visibility::Inherited) {
        let span = item.sig.ident.span();
        item.vis = syn::parse_quote_spanned!(span=> pub(self));
    }
    let options = &around::completed(options, &item);
    let item = match options.by_hand() {
        true => by_hand::call(item, options, errors),
        false => Some(item),
    };
    let Some(item) = item else { return stubs(source, options) };
    let configurations = parse::configurations(&item, errors);
    let mut out = TokenStream::new();
    for configuration in configurations {
        let Some(when) = configuration.when else {
            let companions = companions(configuration.item, options, errors);
            let companions = companions.filter(|_| errors.is_empty());
            return companions.unwrap_or_else(|| stubs(source, options));
        };
        let cfg: syn::Attribute = syn::parse_quote!(#[cfg(#when)]);
        let mut item = configuration.item;
        item.attrs.push(cfg.clone());
        let mut found = Errors::new();
        match companions(item, options, &mut found) {
            Some(companions) if found.is_empty() && errors.is_empty() => out.extend(companions),
            _ => {
                let mut source = source.clone();
                source.attrs.push(cfg.clone());
                out.extend(stubs(&source, options));
            }
        }
        let found = found.into_tokens();
        if !found.is_empty() {
            out.extend(quote::quote!(#cfg const _: () = { #found };));
        }
    }
    out
}

/// Stubs of a function's companions.
fn stubs(source: &Source, options: &Options) -> TokenStream {
    let mut sig = source.sig.clone();
    elided::write_out(&mut sig, &options.around.known);
    fallback::stubs(&source.attrs, &source.vis, &sig, options)
}

/// From a function to its program, without regard to the ways in which it may be configured. `None` if something was
/// refused.
pub fn primal(item: &mut syn::ItemFn, options: &Options, errors: &mut Errors) -> Option<(hir::Fn, ir::Func)> {
    elided::write_out(&mut item.sig, &options.around.known);
    let mut function = parse::parse(item, options, errors)?;
    lower::alias::assume(&mut function, errors);
    item.sig = function.sig.clone();
    by_hand::check(&mut function, options, errors)?;
    let mut lowered = lower::lower(&function, errors)?;
    simplify::prepare(&mut lowered);
    if lowered.body.diverges {
        let float = matches!(function.ret, hir::Type::Float(_)) && function.wrap.is_none();
        if let Some(call) = call_of_itself(item, options).filter(|_| float) {
            return primal(&mut syn::ItemFn { block: Box::new(call), ..item.clone() }, options, errors);
        }
        errors.refuse(Kind::NeverReturns, item.sig.ident.span(), &[]);
        return None;
    }
    Some((function, lowered))
}

/// Another body for a function that is yet to be written, such as `todo!()`: a call of itself. Its companions do what it does.
fn call_of_itself(item: &syn::ItemFn, options: &Options) -> Option<syn::Block> {
    if options.around.associated {
        return None;
    }
    let names = item.sig.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(typed) => match &*typed.pat {
            syn::Pat::Ident(pat) => Some(&pat.ident),
            _ => None,
        },
        syn::FnArg::Receiver(_) => None,
    });
    let args: Vec<&proc_macro2::Ident> = names.collect::<Option<_>>()?;
    let (path, name, span) = (&options.crate_path, &item.sig.ident, item.sig.ident.span());
    Some(syn::parse_quote_spanned!(span=> { #path::stop_gradient(#name(#(#args),*)) }))
}

/// From a function to its companions. `None` if something was refused.
fn companions(mut item: syn::ItemFn, options: &Options, errors: &mut Errors) -> Option<TokenStream> {
    let (function, primal) = primal(&mut item, options, errors)?;
    if !options.handle && calls_itself(&primal) {
        errors.refuse(Kind::HandleNeeded, item.sig.ident.span(), &[&crate::names::text(&item.sig.ident)]);
        return None;
    }
    let called = as_called(&function);
    let test = check::plan(&function, options, errors);
    let mut stages = Stages { options, errors, span: item.sig.ident.span() };
    stages.verify_lowered(&primal)?;
    let mut programs = stages.programs(&function, &primal, called.as_ref().map(|(_, primal)| primal))?;
    emit::name_types(&item, &function, options, &mut programs);
    let derived = match options.second && options.handle && !options.by_hand() {
        true => emit::derived(&item, &function, options, &primal, &stages.whole(&primal, &programs)?),
        false => Vec::new(),
    };
    let mut more = TokenStream::new();
    for derived in derived {
        more.extend(stages.nested(&derived)?);
    }
    programs.jacobian = stages.jacobian(&function, &primal)?;
    programs.sparse = stages.sparse(&function, &primal, &mut programs)?;
    programs.graph = stages.graph(&function, &primal)?;
    programs.called = called;
    programs.test = test;
    stages.windows(&mut programs)?;
    let mut out = emit::companions(&item, &function, options, &primal, &programs);
    out.extend(more);
    Some(out)
}

/// The function as other annotated functions see it, if that is something else: what a function with a float result
/// is lent by `&mut` is scratch or state to its own companions, but a derivative may flow in and out of it where
/// another function lends it. `None` also if that can't be followed: then lending something active is an error.
fn as_called(function: &hir::Fn) -> Option<(hir::Fn, ir::Func)> {
    let state = |p: &hir::Param| {
        let float = matches!(&p.ty, hir::Type::Ref(true, inner) if inner.has_gradient());
        float && !p.active && !p.marked
    };
    if !matches!(function.ret, hir::Type::Float(_)) || !function.params.iter().any(state) {
        return None;
    }
    let mut function = function.clone();
    function.params.iter_mut().filter(|p| state(p)).for_each(|p| p.active = true);
    let mut quiet = Errors::new();
    let primal = lower::lower(&function, &mut quiet);
    quiet.into_messages();
    let seeded = reverse::Options::HALVES;
    let primal = primal.filter(|p| verify(p).is_ok() && reverse(p, &seeded).is_ok())?;
    Some((function, primal))
}

/// Whether a function calls itself.
fn calls_itself(primal: &ir::Func) -> bool {
    let mut found = false;
    primal.body.each_stmt(&mut |s| {
        found |= matches!(&s.op, ir::Op::Call { callee, .. } if callee.is_of(&primal.name))
    });
    found
}

/// Derives the programs, and keeps watch over the passes.
struct Stages<'p> {
    options: &'p Options,
    errors: &'p mut Errors,
    span: Span,
}

impl Stages<'_> {
    /// The derivative programs that the function's companions need.
    fn programs(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
        called: Option<&ir::Func>,
    ) -> Option<Programs> {
        let scalar = function.has_gradient();
        let into = function.params.iter().any(|param| param.active && param.ty.is_run_time_sized());
        let (vjp, handle, acc) = (self.options.vjp || !scalar, self.options.handle, self.options.acc);
        if self.options.acc && !(scalar && into) && !self.options.around.whole {
            self.errors.refuse(Kind::NothingToAddTo, self.span, &[&crate::names::text(&function.sig.ident)]);
            return None;
        }
        let checkpoint = self.options.checkpoint;
        let halves = reverse::Options { checkpoint, ..reverse::Options::HALVES };
        let seeded = |buffers, fuse| reverse::Options { buffers, fuse, at_once: fuse, ..halves };
        let grad = |buffers| reverse::Options { seed: SeedKind::One, ..seeded(buffers, true) };
        let (hvp, hessian) = self.second(function, primal)?;
        let at_once = match called {
            None => self.at_once(function, primal, &seeded(Buffers::Accumulate, true)),
            Some(_) => None,
        };
        let at_once = match at_once {
            Some(gradient) => Some(self.finished(gradient)?),
            None => None,
        };
        let mut wanted = |wanted: bool, primal, options| match wanted {
            true => self.gradient(primal, &options).map(Some),
            false => Some(None),
        };
        let programs = Programs {
            grad: wanted(scalar, primal, grad(Buffers::Own))?,
            grad_into: wanted(scalar && into, primal, grad(Buffers::Overwrite))?,
            grad_acc: wanted(scalar && into && acc, primal, grad(Buffers::Add))?,
            handle: wanted(handle, called.unwrap_or(primal), halves)?,
            at_once,
            vjp: wanted(vjp, primal, seeded(Buffers::Own, true))?,
            called: None,
            hvp,
            hessian,
            second: self.along(function, primal)?,
            jacobian: None,
            sparse: Vec::new(),
            graph: None,
            test: None,
            called_jvp: match called.filter(|_| handle && self.options.jvp) {
                Some(called) => Some(self.tangent(called)?),
                None => None,
            },
            jvp: if self.options.jvp { Some(self.tangent(primal)?) } else { None },
        };
        if checkpoint {
            self.check_checkpoints(function, primal, &programs)?;
        }
        Some(programs)
    }

    /// Both parts of the handle in one: they are better so where loops are fused or calls made at once, if the seed is known;
    /// else callers do as well with the one after the other.
    fn at_once(&self, function: &hir::Fn, primal: &ir::Func, options: &reverse::Options) -> Option<Gradient> {
        let scalar = function.has_gradient() && function.wrap.is_none();
        let handle = self.options.handle && !self.options.by_hand();
        let plain = !function.associated && function.functions().is_empty();
        let mut loops = false;
        primal.body.each_stmt(&mut |s| loops |= matches!(s.op, ir::Op::For { .. }));
        let better = |g: &Gradient| loops && !g.decisions.fused.is_empty() || !g.decisions.at_once.is_empty();
        if !(scalar && handle && plain) {
            return None;
        }
        reverse(primal, options).ok().filter(better)
    }

    /// Says it, if memory would not be bounded: that is what the option is for.
    fn check_checkpoints(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
        programs: &Programs,
    ) -> Option<()> {
        let before = self.errors.len();
        for st in &primal.body.stmts {
            match &st.op {
                ir::Op::For { body, .. } => {
                    let calls = analysis::calls(body);
                    for span in analysis::runs_once(body, false).into_iter().chain(calls) {
                        self.errors.refuse(Kind::CheckpointTwice, span, &[]);
                    }
                }
                ir::Op::While { .. } => {
                    self.errors.refuse(Kind::CheckpointLoop, st.origin.span, &[]);
                }
                _ => {}
            }
        }
        let programs = [&programs.grad, &programs.vjp, &programs.handle];
        let done = programs.into_iter().flatten().any(|g| g.checkpointed > 0);
        if self.errors.len() == before && !done && !self.options.around.whole {
            let name = crate::names::text(&function.sig.ident);
            self.errors.refuse(Kind::NoCheckpoint, self.span, &[&name]);
        }
        (self.errors.len() == before).then_some(())
    }

    /// The programs that can be differentiated once more.
    fn whole(&mut self, primal: &ir::Func, programs: &Programs) -> Option<Programs> {
        let mut calls = false;
        primal.body.each_stmt(&mut |s| calls |= matches!(s.op, ir::Op::Call { .. }));
        let mut whole = |there: bool, seed| {
            let options = reverse::Options { seed, whole: calls, ..reverse::Options::GRADIENT };
            match there && reverse(primal, &options).is_ok() {
                true => self.gradient(primal, &options).map(Some),
                false => Some(None),
            }
        };
        Some(Programs {
            grad: whole(programs.grad.is_some(), SeedKind::One)?,
            vjp: whole(programs.vjp.is_some(), SeedKind::Param)?,
            jvp: programs.jvp.clone(),
            ..Programs::default()
        })
    }

    /// What a companion needs to be called by other annotated functions: its own handle, with its derivatives in both
    /// modes. Nothing, if it can't be had: then such a call is an error in our words.
    fn nested(&mut self, derived: &emit::Derived) -> Option<TokenStream> {
        let emit::Derived { item, hir, primal } = derived;
        self.verify("deriving", primal)?;
        let seeded = reverse::Options::HALVES;
        if reverse(primal, &seeded).is_err() {
            return Some(TokenStream::new());
        }
        let mut programs = Programs {
            handle: Some(self.gradient(primal, &seeded)?),
            called_jvp: match forward(primal) {
                Ok(_) => Some(self.tangent(primal)?),
                Err(_) => None,
            },
            ..Programs::default()
        };
        self.windows(&mut programs)?;
        let options = Options { name: None, jvp: true, graph: false, check: None, ..self.options.clone() };
        Some(emit::companions(item, hir, &options, primal, &programs))
    }

    /// The last pass over the programs, when nothing will differentiate them any more.
    fn windows(&mut self, programs: &mut Programs) -> Option<()> {
        if !self.options.simplify {
            return Some(());
        }
        for g in programs.gradients_mut() {
            simplify::windows(g);
            self.verify("windows", &g.func)?;
        }
        if let Some(t) = &mut programs.hvp {
            simplify::windows_along(t);
            self.verify("windows", &t.func)?;
        }
        Some(())
    }

    /// One reverse-mode program.
    fn gradient(&mut self, primal: &ir::Func, options: &reverse::Options) -> Option<Gradient> {
        match reverse(primal, options) {
            Ok(gradient) => self.finished(gradient),
            Err(unsupported) => {
                let what = format!("the reverse sweep can't run backwards through {}", unsupported.what);
                self.errors.internal(unsupported.origin.span, &what);
                None
            }
        }
    }

    /// The same, as the reverse sweep has made it, in the form in which it is written.
    fn finished(&mut self, mut gradient: Gradient) -> Option<Gradient> {
        self.verify("reverse mode", &gradient.func)?;
        simplify::accumulators(&mut gradient);
        if self.options.simplify {
            simplify::gradient(&mut gradient);
            self.verify("simplification", &gradient.func)?;
            simplify::quotients(&mut gradient);
            self.verify("quotients", &gradient.func)?;
        }
        Some(gradient)
    }

    /// The same of a tangent program.
    fn finished_along(&mut self, made_by: &str, mut tangent: Tangent) -> Option<Tangent> {
        self.verify(made_by, &tangent.func)?;
        if self.options.simplify {
            simplify::tangent(&mut tangent);
            self.verify("simplification", &tangent.func)?;
            simplify::quotients_along(&mut tangent);
            self.verify("quotients", &tangent.func)?;
        }
        Some(tangent)
    }

    /// The graph, and the program that finds its numbers. It computes the gradient, which nobody asks for, because no part of
    /// the reverse sweep is to be dropped. On a whole block or module, the option goes to those that can have it.
    fn graph(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
    ) -> Option<Option<(graph::Structure, Gradient)>> {
        if !self.options.graph {
            return Some(None);
        }
        let run_time = emit::run_time(self.options, self.span);
        let lent = !function.has_gradient() && matches!(function.ret, hir::Type::Float(_));
        let drawing = graph::draw(primal, &run_time, self.span).filter(|_| !lent);
        let Some(drawing) = drawing else {
            let name = crate::names::text(&function.sig.ident);
            let reasons = hir::Param::none_is_active(&function.params, false);
            match lent {
                _ if self.options.around.whole => {}
                true => self.errors.refuse(Kind::NoActiveParameter, self.span, &[&reasons]),
                false => self.errors.refuse(Kind::GraphResult, self.span, &[&name]),
            }
            return self.options.around.whole.then_some(None);
        };
        self.verify("drawing", &drawing.func)?;
        Some(Some((drawing.structure, self.gradient(&drawing.func, &reverse::Options::GRADIENT)?)))
    }

    /// The Jacobian's plan, if it is asked for, and the tangent program that columns need.
    fn jacobian(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
    ) -> Option<Option<(jacobian::Plan, Option<Tangent>)>> {
        if !self.options.jacobian {
            return Some(None);
        }
        let mut quiet = Errors::new();
        // On a whole block or module, the option goes to those that can have it.
        let errors = if self.options.around.whole { &mut quiet } else { &mut *self.errors };
        let plan = jacobian::plan(function, primal, errors);
        quiet.into_messages();
        let Some(mut plan) = plan else {
            return self.options.around.whole.then_some(None);
        };
        if self.options.by_hand() {
            (plan.by_columns, plan.by_rows) = (false, true);
        }
        if !self.options.handle && plan.by_rows {
            let name = crate::names::text(&function.sig.ident);
            self.errors.refuse(Kind::HandleNeeded, self.span, &[&name]);
            return None;
        }
        let lanes = plan.by_columns.then(|| lanes::of_function(primal, &plan.columns)).flatten();
        plan.lanes = lanes.is_some();
        let tangent = match (lanes, plan.by_columns) {
            (Some(lanes), _) => Some(self.finished_along("forward mode in lanes", lanes)?),
            (None, true) => Some(self.tangent(primal)?),
            (None, false) => None,
        };
        Some(Some((plan, tangent)))
    }

    /// The sparse matrices that are asked for. On a whole block or module, the options go to those that can have them.
    fn sparse(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
        programs: &mut Programs,
    ) -> Option<Vec<sparse::Plan>> {
        let (mut plans, mut errors) = (Vec::new(), Errors::new());
        if self.options.sparse_jacobian {
            plans.extend(self.sparse_jacobian(function, primal, programs, &mut errors));
        }
        if let (true, Some(tangent)) = (self.options.sparse_hessian, &programs.hvp) {
            plans.extend(sparse::hessian(function, tangent, &mut errors));
        }
        let fits = errors.is_empty();
        match self.options.around.whole {
            true => drop(errors.into_messages()),
            false => self.errors.append(errors),
        }
        (fits || self.options.around.whole).then_some(plans)
    }

    /// Forward mode along sums of directions takes the tangent companion, which comes along then.
    fn sparse_jacobian(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
        programs: &mut Programs,
        errors: &mut Errors,
    ) -> Option<sparse::Plan> {
        let mut plan = jacobian::possible(function, primal, errors)?;
        plan.by_columns &= !self.options.by_hand();
        plan.by_rows &= self.options.handle;
        if !plan.by_columns && !plan.by_rows {
            errors.refuse(Kind::HandleNeeded, self.span, &[&crate::names::text(&function.sig.ident)]);
            return None;
        }
        let tangent = match &programs.jvp {
            Some(tangent) => tangent.clone(),
            None => self.tangent(primal)?,
        };
        let plan = sparse::jacobian(function, plan, &tangent, errors)?;
        if !plan.sweeps.reverse {
            programs.jvp.get_or_insert(tangent);
        }
        Some(plan)
    }

    /// The program of second derivatives, if it is asked for, and that of several columns of the Hessian.
    fn second(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
    ) -> Option<(Option<Tangent>, Option<Tangent>)> {
        if !(self.options.hvp || self.options.hessian || self.options.sparse_hessian) {
            return Some((None, None));
        }
        // On a whole block or module, the option goes to those that can have it.
        if self.options.around.whole {
            let mut quiet = Errors::new();
            let fits = second::check(function, primal, self.options, &mut quiet).is_some();
            quiet.into_messages();
            if !fits {
                return Some((None, None));
            }
        }
        second::check(function, primal, self.options, self.errors)?;
        let gradient = self.gradient(primal, &reverse::Options::GRADIENT)?;
        let tangent = match second::tangent(&gradient) {
            Ok(tangent) => tangent,
            Err(_) if self.options.around.whole => return Some((None, None)),
            Err(unsupported) => {
                self.errors.refuse(Kind::SecondOrderCall, unsupported.origin.span, &[]);
                return None;
            }
        };
        let tangent = self.finished_along("forward mode of reverse mode", tangent)?;
        let columns = function.params.iter().find(|p| p.active).and_then(|p| second::Columns::of(&p.ty));
        let columns = columns.filter(|_| self.options.hessian);
        let lanes = match columns.and_then(|columns| lanes::of_gradient(&gradient, &columns)) {
            Some(lanes) => Some(self.finished_along("forward mode in lanes", lanes)?),
            None => None,
        };
        Some((Some(tangent), lanes))
    }

    /// The function's value and tangent as one function, which second derivatives of its callers go through. Nothing, if
    /// it can't be had: then such a call is an error in our words.
    fn along(
        &mut self,
        function: &hir::Fn,
        primal: &ir::Func,
    ) -> Option<Option<(hir::Fn, ir::Func, Gradient)>> {
        let wanted = self.options.second && self.options.handle && !self.options.by_hand();
        let fits =
            function.functions().is_empty() && function.ret.has_gradient_shape() && !function.ret_alias;
        // Second derivatives of callers run it more than once: what it does besides its result would happen again, and a
        // random number in it would be another one.
        if !wanted || !fits || !analysis::runs_once(&primal.body, true).is_empty() {
            return Some(None);
        }
        let seeded = reverse::Options::HALVES;
        let Some(func) = second::along(primal).ok().filter(|func| reverse(func, &seeded).is_ok()) else {
            return Some(None);
        };
        self.verify("the tangent as a function", &func)?;
        let gradient = self.gradient(&func, &seeded)?;
        Some(Some((second::along_signature(function), func, gradient)))
    }

    /// The forward-mode program.
    fn tangent(&mut self, primal: &ir::Func) -> Option<Tangent> {
        let tangent = match forward(primal) {
            Ok(tangent) => tangent,
            Err(unsupported) => {
                let what = format!("the tangent can't run through {}", unsupported.what);
                self.errors.internal(unsupported.origin.span, &what);
                return None;
            }
        };
        self.finished_along("forward mode", tangent)
    }

    /// [`Stages::verify`] of the program that everything begins with: what is written with wrong types is malformed from the start, and
    /// rustc says where.
    fn verify_lowered(&mut self, primal: &ir::Func) -> Option<()> {
        if cfg!(debug_assertions)
            && let Some(stmt) = culprit(primal)
        {
            self.errors.refuse(Kind::TypesDiffer, stmt.origin.span, &[]);
            return None;
        }
        self.verify("lowering", primal)
    }

    /// Blames a pass for a malformed program: in debug builds, since the passes are tested.
    fn verify(&mut self, pass: &str, func: &ir::Func) -> Option<()> {
        if cfg!(debug_assertions)
            && let Err(what) = verify(func)
        {
            self.errors.internal(self.span, &format!("{pass} made a malformed program: {what}"));
            return None;
        }
        Some(())
    }
}
