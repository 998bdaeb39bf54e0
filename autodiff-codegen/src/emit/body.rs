//! The state of an emission: what every value and place is called at this point, which expressions wait for
//! their only user, and the lines so far.

use crate::tables::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::callees::Callees;
use super::expr::{Effect, Expr, Prec, Sens};
use super::later::Later;
use super::layout::Layout;
use super::place::PlaceExpr;
use super::types;
use super::variables::Variables;
use crate::ir::*;
use crate::names::{self, Names, UserNames, emitted};

/// An expression of more operations than this gets a `let` of its own.
const LONGEST: usize = 60;

/// A line of emitted code.
#[derive(Clone, Debug)]
pub(super) enum Line {
    /// `let PATTERN = VALUE;`
    Let { pattern: TokenStream, ty: Option<TokenStream>, value: TokenStream, span: Span },
    /// Anything else, complete.
    Code(TokenStream),
}

impl ToTokens for Line {
    fn to_tokens(&self, out: &mut TokenStream) {
        out.extend(match self {
            Line::Code(t) => t.clone(),
            Line::Let { pattern, ty: Some(ty), value, span } => {
                quote_spanned!(*span=> let #pattern: #ty = #value;)
            }
            Line::Let { pattern, ty: None, value, span } => quote_spanned!(*span=> let #pattern = #value;),
        });
    }
}

/// The emission of one function.
pub(super) struct Body<'f> {
    pub func: &'f Func,
    /// The path of the run-time.
    pub rt: TokenStream,
    pub callees: Callees,
    pub layout: Layout,
    pub vars: Variables,
    pub names: Names,
    pub user: UserNames,
    /// Lines of the block that is being emitted.
    pub out: Vec<Line>,
    /// Expressions whose only user has not come yet, in the order of their evaluation.
    pub pending: Vec<(Value, Expr)>,
    /// What each value is written as.
    pub bound: HashMap<Value, Expr>,
    pub consts: HashMap<Value, &'f Const>,
    /// The mutable variables, once declared.
    pub variables: HashMap<usize, Ident>,
    pub places: HashMap<Place, PlaceExpr>,
    pub facts: Facts<'f>,
    pub later: Later,
    /// The read positions of growing buffers that are being popped.
    pub cursors: HashMap<Place, Ident>,
    /// Pullbacks that are bound by reference, and those in a cell.
    pub borrowed: HashSet<Value>,
    pub in_cell: HashMap<Value, TokenStream>,
    /// What opaque code reads, by the name it uses: the variables that keep the user's own identifier.
    pub claimed: HashMap<String, (Ident, Owner)>,
    /// The parameters' names, in order.
    pub params: Vec<Ident>,
    /// Views that may not be borrowed: the second part of a program cut in two uses them.
    pub spelled_out: HashSet<Place>,
    /// Declarations that rustc could not type in time on their own.
    pub typed: HashSet<Owner>,
    /// Mutable variables and places that only bare literals have gone into so far.
    pub untyped: HashSet<Owner>,
    /// The fields of derivatives that rustc has been asked about.
    pub asked: HashSet<String>,
    /// A place of the user's, as far as names and macros go.
    users: Option<Span>,
    /// Where the statement at hand comes from.
    at: Option<Span>,
}

/// Who may be called by a name that opaque code uses.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Owner {
    Value(Value),
    Variable(usize),
    Place(Place),
}

/// Facts about the whole function that printing depends on.
#[derive(Default)]
pub(super) struct Facts<'f> {
    /// What each value is the result of.
    pub made_by: HashMap<Value, &'f Op>,
    /// Where each loop's index starts, or ends if it runs backwards.
    pub starts: HashMap<Value, Value>,
    /// What is stored to each place that has no name.
    pub stored: HashMap<Place, Value>,
    /// Growing buffers: they are popped by moving a position.
    pub buffers: HashSet<Place>,
    /// Those of them that hold rows of numbers (`rows`), the rows that are put on them, and those that are taken off.
    pub rows: HashSet<Place>,
    pub given_rows: HashSet<Value>,
    pub taken_rows: HashSet<Value>,
    /// The stacks that hold nothing but zeros of values of unknown types.
    pub templates: HashSet<Place>,
    /// Places that calls are lent, and those that they are given or that are returned.
    pub lent: HashSet<Place>,
    pub moved: HashSet<Place>,
    /// Root places that are written to after they were made.
    pub written: HashSet<Place>,
    /// Views of what is written to that are references all the same.
    pub borrowed: HashMap<Place, Mode>,
    /// How often each place is mentioned, its making aside.
    pub place_uses: HashMap<Place, usize>,
    /// Values used directly as an index.
    pub indices: HashSet<Value>,
    /// The scalars that the function returns.
    pub returned: HashSet<Value>,
    /// Values that are made of constants alone, as far as rustc may find out.
    pub constants: HashSet<Value>,
}

impl<'f> Body<'f> {
    /// Emits `func` with `run`: again, if it turns out that some declaration has to say its type.
    pub fn emit<T>(func: &'f Func, rt: &TokenStream, run: impl Fn(&mut Body<'f>) -> T) -> T {
        Body::emit_split(func, None, rt, run)
    }

    /// The same for a program that will be cut in two at a statement of its body: the second part gets a copy
    /// of what the first part left.
    pub fn emit_split<T>(
        func: &'f Func,
        split: Option<usize>,
        rt: &TokenStream,
        run: impl Fn(&mut Body<'f>) -> T,
    ) -> T {
        let mut typed = HashSet::default();
        loop {
            let known = typed.len();
            let mut body = Body::new(func, split, rt.clone(), typed);
            let out = run(&mut body);
            typed = body.typed;
            if typed.len() == known {
                return out;
            }
        }
    }

    /// Ready to emit `func`.
    fn new(func: &'f Func, split: Option<usize>, rt: TokenStream, typed: HashSet<Owner>) -> Body<'f> {
        let layout = Layout::new(func);
        let vars = Variables::new(func, &layout, split);
        let user = UserNames::of(func);
        let mut names = Names::default();
        user.foreign.iter().for_each(|n| {
            names.reserve(n);
        });
        let mut body = Body {
            func,
            callees: Callees::of(func, &rt),
            rt,
            facts: Facts::of(func, &layout, split),
            later: Later::of(func),
            layout,
            vars,
            names,
            user,
            out: Vec::new(),
            pending: Vec::new(),
            bound: HashMap::default(),
            consts: HashMap::default(),
            variables: HashMap::default(),
            places: HashMap::default(),
            cursors: HashMap::default(),
            borrowed: HashSet::default(),
            in_cell: HashMap::default(),
            claimed: HashMap::default(),
            params: Vec::new(),
            spelled_out: HashSet::default(),
            typed,
            untyped: HashSet::default(),
            asked: HashSet::default(),
            users: None,
            at: None,
        };
        func.body.each_stmt(&mut |s| {
            if body.users.is_none() && s.origin.text.is_some() {
                body.users = Some(s.origin.span);
            }
        });
        let (own, added): (Vec<&Param>, Vec<&Param>) = func.params.iter().partition(|p| !p.ty.is_empty());
        own.into_iter().for_each(|p| body.param(p));
        body.claim();
        added.into_iter().for_each(|p| body.added_param(p));
        body
    }

    /// Binds what the body sees of a parameter.
    fn param(&mut self, p: &Param) {
        let name = names::text(&p.name);
        self.names.reserve(&name);
        let ident = self.param_ident(p);
        self.param_part(&p.kind, quote!(#ident));
        self.params.push(ident);
    }

    /// A parameter that the compiler added: it gives way to the user's names.
    fn added_param(&mut self, p: &Param) {
        let ident = self.names.fresh(&names::text(&p.name), p.name.span());
        self.param_part(&p.kind, quote!(#ident));
        self.params.push(ident);
    }

    /// Appends a line.
    pub fn code(&mut self, tokens: TokenStream) {
        self.out.push(Line::Code(tokens));
    }

    /// A parameter's name: the user's own identifier only if the user's own tokens refer to it, so that no lint
    /// on it is raised a second time.
    pub fn param_ident(&self, p: &Param) -> Ident {
        let name = names::text(&p.name);
        let read = self.user.reads.contains_key(&name) || self.user.foreign.contains(&name);
        if read || matches!(p.kind, ParamKind::Opaque) || name == "self" {
            return p.name.clone();
        }
        let mut i = p.name.clone();
        i.set_span(emitted(i.span()));
        i
    }

    fn param_part(&mut self, kind: &ParamKind, path: TokenStream) {
        match kind {
            ParamKind::Scalar(v, mode) => {
                let span = emitted(self.func.val(*v).origin.span);
                let e = match mode {
                    Mode::Value => Expr::atom(path),
                    Mode::Ref | Mode::Mut => {
                        Expr { size: 0, ..Expr::new(quote_spanned!(span=> *#path), Prec::Unary) }
                    }
                };
                self.bound.insert(*v, e);
            }
            ParamKind::Place(p, mode) => {
                self.places.insert(*p, PlaceExpr::param(path, *mode));
            }
            ParamKind::Tuple(ks, _) => {
                for (i, k) in ks.iter().enumerate() {
                    let i = syn::Index::from(i);
                    self.param_part(k, quote!(#path.#i));
                }
            }
            ParamKind::Opaque => {}
        }
    }

    /// Decides who keeps a name that opaque code reads: the first variable that it reads under it. References to
    /// variables are no variables of their own; they are bound where they are read.
    fn claim(&mut self) {
        let owner = |source: &ReadOf| match source {
            ReadOf::Value(v) => Some(self.vars.of(*v).map_or(Owner::Value(*v), Owner::Variable)),
            ReadOf::Place(p) => Some(Owner::Place(*p)),
            ReadOf::ValueRef(_) | ReadOf::Tuple(_) => None,
        };
        let first = |(name, all): (&String, &Vec<(Ident, ReadOf)>)| {
            all.iter().find_map(|(ident, r)| Some((name.clone(), (ident.clone(), owner(r)?))))
        };
        let claims: Vec<(String, (Ident, Owner))> = self.user.reads.iter().filter_map(first).collect();
        for (name, claim) in claims {
            if self.names.reserve(&name) {
                self.claimed.insert(name, claim);
            }
        }
        // What code holds on to gets a variable of its name of its own, which must not hide another one.
        for name in &self.user.held {
            self.names.reserve(name);
        }
    }

    /// The name that a claim gives: the user's identifier, as the opaque code has it.
    fn claimed_ident(&self, stem: &str, owner: &Owner) -> Option<Ident> {
        self.claimed.get(stem).filter(|(_, of)| of == owner).map(|(ident, _)| ident.clone())
    }

    /// An identifier for something with this name.
    pub fn ident(&mut self, name: Option<&Name>, hint: &str, owner: &Owner, span: Span) -> Ident {
        let stem = name.map_or_else(|| hint.to_string(), Name::stem);
        self.claimed_ident(&stem, owner).unwrap_or_else(|| {
            let at = match name {
                Some(Name::User(i)) => i.span(),
                _ => span,
            };
            self.names.fresh(&stem, at)
        })
    }

    /// Where a panic of code at this place is said to be: at the user's own place, which is one that no macro made. rustc blames
    /// what macros make on their invocation, and lints are kept off just by that, so that nothing but what may panic
    /// stands there.
    pub fn blamed(&self, span: Span) -> Span {
        self.users.map_or(span, |users| users.located_at(span))
    }

    /// The same for each step of a path. rustc refuses what surely panics, in code that is not a macro's: an index into an array
    /// that is known when the program is compiled. The user's own code would have been refused, but may have asked before
    /// (`x.get(7)`), so that such steps stay a macro's.
    pub fn blamed_steps(&self, base: Place, path: &[Proj], span: Span) -> Vec<Span> {
        let (at, mut ty) = (self.blamed(span), Some(self.place_ty(base).clone()));
        let step = |step: &Proj| {
            let known = matches!(step, Proj::Index(v) if self.facts.constants.contains(v));
            let sized = !matches!(ty, Some(PlaceTy::Slice(_) | PlaceTy::Vec(_)));
            ty = match step {
                Proj::Index(_) => ty.as_ref().and_then(PlaceTy::elem).cloned(),
                Proj::Slice(..) => {
                    ty.as_ref().and_then(PlaceTy::elem).map(|t| PlaceTy::Slice(Box::new(t.clone())))
                }
                Proj::Member(_, ty) => Some(ty.clone()),
                _ => None,
            };
            if known && sized { span } else { at }
        };
        path.iter().map(step).collect()
    }

    /// Where a value's code is said to stand.
    pub fn span(&self, v: Value) -> Span {
        emitted(self.func.val(v).origin.span)
    }

    /// What a value is written as, here. A waiting expression is handed out, once.
    pub fn value(&mut self, v: Value) -> Expr {
        if let Some(i) = self.pending.iter().position(|(p, _)| *p == v) {
            return self.pending.remove(i).1;
        }
        self.peek(v)
    }

    /// What a bound value is written as.
    pub fn peek(&self, v: Value) -> Expr {
        if let Some(class) = self.vars.of(v)
            && let Some(ident) = self.variables.get(&class)
        {
            let ident = self.here(quote!(#ident));
            let mut e = self.mark(Expr::atom(ident), Owner::Variable(class));
            e.sens.vars.push(class);
            return e;
        }
        // A value that nobody bound is an error in the IR: the placeholder makes rustc point at it.
        match self.bound.get(&v) {
            Some(e) if e.size == 0 => Expr { tokens: self.here(e.tokens.clone()), ..e.clone() },
            Some(e) => e.clone(),
            None => Expr::atom(quote!(undefined)),
        }
    }

    /// A name, as it is written in the statement at hand: what code stands where, debuggers read off its first token, and a
    /// name comes from its declaration.
    pub fn here(&self, name: TokenStream) -> TokenStream {
        self.at.map_or(name.clone(), |at| names::located_at(name, at))
    }

    /// Says of an expression that its type is not known yet.
    pub fn mark(&self, mut e: Expr, owner: Owner) -> Expr {
        if self.untyped.contains(&owner) {
            e.untyped = true;
            e.untyped_names.push(owner);
        }
        e
    }

    /// Whether the value's expression is to wait for its only user.
    pub fn waits(&self, v: Value) -> bool {
        let info = self.func.val(v);
        (matches!(info.name, None | Some(Name::Temp(_))) || self.is_part(v))
            && self.vars.of(v).is_none()
            && self.layout.only_use_at_home(v)
            && !matches!(info.ty, Ty::Pullback)
    }

    /// Whether it is only a part of the adjoint (or tangent) of the same name.
    fn is_part(&self, v: Value) -> bool {
        let name = |v: Value| self.func.val(v).name.as_ref();
        let derived = matches!(name(v), Some(Name::Adjoint(_) | Name::Tangent(_)));
        derived
            && match self.layout.only_user(v) {
                Some(super::layout::User::Yield) => self.layout.def(v).is_some_and(|p| p.region != 0),
                Some(super::layout::User::Result(r)) => name(r).map(Name::stem) == name(v).map(Name::stem),
                None => false,
            }
    }

    /// Before a statement that evaluates `operands` in this order and then does `own`: gives a `let` to those
    /// waiting expressions that would otherwise be evaluated in another order than the program says. `waiting`:
    /// the statement is itself an expression that will wait.
    pub fn settle(&mut self, operands: &[Value], own: &Effect, waiting: bool) {
        while let Some(cut) = self.misplaced(operands, own, waiting) {
            self.flush(cut + 1);
        }
    }

    fn misplaced(&self, operands: &[Value], own: &Effect, waiting: bool) -> Option<usize> {
        let used: Vec<usize> =
            operands.iter().filter_map(|v| self.pending.iter().position(|(p, _)| p == v)).collect();
        let sens = |i: usize| &self.pending[i].1.sens;
        let mut cut: Option<usize> = None;
        for (k, a) in used.iter().enumerate() {
            for b in &used[k + 1..] {
                if a > b && sens(*a).conflicts(sens(*b)) {
                    cut = cut.max(Some(*b));
                }
            }
        }
        for q in (0..self.pending.len()).filter(|q| !used.contains(q)) {
            if waiting {
                let overtaken = used.iter().filter(|c| **c < q && sens(**c).conflicts(sens(q))).max();
                cut = cut.max(overtaken.copied());
            } else if own.blocks(sens(q)) || used.iter().any(|c| *c > q && sens(*c).conflicts(sens(q))) {
                cut = cut.max(Some(q));
            }
        }
        cut
    }

    /// What an expression depends on that does `own` and mentions `operands`, mutable variables among them.
    pub fn sens_with(&self, own: &Effect, operands: &[Value]) -> Sens {
        let mut sens = own.sens.clone();
        for v in operands {
            match self.pending.iter().find(|(p, _)| p == v) {
                Some((_, e)) => sens.add(&e.sens),
                None => sens.add(&self.peek(*v).sens),
            }
        }
        sens
    }

    /// Gives a `let` to the first `n` waiting expressions.
    pub fn flush(&mut self, n: usize) {
        let rest = self.pending.split_off(n.min(self.pending.len()));
        let now = std::mem::replace(&mut self.pending, rest);
        for (v, e) in now {
            self.define(v, e);
        }
    }

    /// Gives a `let` to all waiting expressions.
    pub fn flush_all(&mut self) {
        self.flush(usize::MAX);
    }

    /// Makes `e` the value of `v`: it waits, is dropped, or becomes a line.
    pub fn result(&mut self, v: Value, e: Expr) {
        if self.waits(v) && e.size <= LONGEST {
            self.pending.push((v, e));
        } else {
            // What waits was evaluated before; only its order matters, and that is kept.
            if e.sens.panics || e.sens.opaque || self.vars.of(v).is_some() {
                let own = Effect {
                    sens: e.sens.clone(),
                    assigns: self.vars.of(v).into_iter().collect(),
                    ..Effect::default()
                };
                self.settle(&[], &own, false);
            }
            self.define(v, e);
        }
    }

    /// `let v = e;`, or the assignment to the variable that it lives in.
    pub fn define(&mut self, v: Value, e: Expr) {
        let span = self.span(v);
        if let Some(class) = self.vars.of(v) {
            return self.assign(class, &e, span);
        }
        if self.layout.use_count(v) == 0 {
            let ty = self.annotation(v, Owner::Value(v), e.untyped, span);
            return self.out.push(Line::Let { pattern: quote_spanned!(span=> _), ty, value: e.tokens, span });
        }
        let user = matches!(self.func.val(v).name, Some(Name::User(_)));
        let steady = e.sens.vars.is_empty() && e.sens.places.is_empty();
        if !user && e.size == 0 && e.prec == Prec::Atom && steady && e.is_name() {
            // Another name for the same thing helps nobody, unless the thing changes.
            self.bound.insert(v, e);
            return;
        }
        let ty = self.annotation(v, Owner::Value(v), e.untyped, span);
        let ident = self.value_ident(v);
        let bound = self.mark(Expr::atom(quote!(#ident)), Owner::Value(v));
        self.bound.insert(v, bound);
        self.out.push(Line::Let { pattern: quote!(#ident), ty, value: e.tokens, span });
    }

    /// A fresh name for a value.
    pub fn value_ident(&mut self, v: Value) -> Ident {
        let info = self.func.val(v);
        let hint = self.hint(v);
        self.ident(info.name.as_ref(), &hint, &Owner::Value(v), info.origin.span)
    }

    /// The type to write beside a binding: where the initialiser is made of bare literals, and rustc could come
    /// to another type than the program has, or could not call methods on it in time.
    pub fn annotation(&mut self, v: Value, owner: Owner, untyped: bool, span: Span) -> Option<TokenStream> {
        if !untyped {
            return None;
        }
        let ty = self.func.ty(v);
        let default = match ty {
            Ty::Float(f) => *f == FloatTy::F64,
            Ty::Int(Some(name)) => name == "i32",
            _ => return None,
        };
        if default && !self.typed.contains(&owner) {
            self.untyped.insert(owner);
            return None;
        }
        types::scalar(ty, &self.rt, span)
    }

    /// `class = e;`, with a `let mut` the first time.
    pub fn assign(&mut self, class: usize, e: &Expr, span: Span) {
        let value = &e.tokens;
        if let Some(ident) = self.variables.get(&class) {
            let ident = self.here(quote!(#ident));
            self.out.push(Line::Code(quote_spanned!(span=> #ident = #value;)));
            self.learn(&Owner::Variable(class), e);
            return;
        }
        let ty = self.annotation(self.vars.members(class)[0], Owner::Variable(class), e.untyped, span);
        let ident = self.declare(class);
        let pattern = quote_spanned!(span=> mut #ident);
        self.out.push(Line::Let { pattern, ty, value: e.tokens.clone(), span });
    }

    /// What a typed expression goes into has a type.
    pub fn learn(&mut self, owner: &Owner, e: &Expr) {
        if !e.untyped {
            self.untyped.remove(owner);
        }
    }

    /// Names a mutable variable.
    pub fn declare(&mut self, class: usize) -> Ident {
        let members = self.vars.members(class);
        let user = |v: &&Value| matches!(self.func.val(**v).name, Some(Name::User(_)));
        let named = |v: &&Value| self.func.val(**v).name.is_some();
        let v = members.iter().find(user).or_else(|| members.iter().find(named)).unwrap_or(&members[0]);
        let info = self.func.val(*v);
        let hint = self.hint(*v);
        let ident = self.ident(info.name.as_ref(), &hint, &Owner::Variable(class), info.origin.span);
        self.variables.insert(class, ident.clone());
        ident
    }

    /// Assigns all at once: `(variable, value)`, as a `let (a, b) = (b, a + b)` would.
    pub fn moves(&mut self, list: &[(usize, Value)], span: Span) {
        let values: Vec<Value> = list.iter().map(|(_, v)| *v).collect();
        let own = Effect { assigns: list.iter().map(|(c, _)| *c).collect(), ..Effect::default() };
        self.settle(&values, &own, false);
        let mut todo: Vec<(usize, Expr)> = list.iter().map(|(c, v)| (*c, self.start(*v))).collect();
        let mut saved: Vec<usize> = Vec::new();
        while !todo.is_empty() {
            let free = (0..todo.len()).find(|&i| {
                let ahead = |j: usize| j < i && todo[j].1.sens.conflicts(&todo[i].1.sens);
                (0..todo.len()).all(|j| j == i || !(todo[j].1.sens.vars.contains(&todo[i].0) || ahead(j)))
            });
            match free {
                Some(i) => {
                    let (class, e) = todo.remove(i);
                    self.assign(class, &e, span);
                }
                // A cycle, of which the first of those left may be no part: take one value after the other out
                // of the way.
                None => {
                    let i = todo.iter().position(|(c, _)| !saved.contains(c)).unwrap_or(0);
                    saved.push(todo[i].0);
                    let stem = self.variables.get(&todo[i].0).map_or("t".into(), |i| format!("{i}_next"));
                    let ident = self.names.fresh(&stem, span);
                    let moved = Expr::atom(quote!(#ident));
                    let value = std::mem::replace(&mut todo[i].1, moved);
                    // Under another name, it is of a type as little known as before.
                    todo[i].1.untyped = value.untyped;
                    todo[i].1.untyped_names = value.untyped_names;
                    let value = value.tokens;
                    self.out.push(Line::Let { pattern: quote!(#ident), ty: None, value, span });
                }
            }
        }
    }

    /// What a carried value starts from: of a constant the literal, whatever else it may be called.
    fn start(&mut self, v: Value) -> Expr {
        match self.consts.get(&v) {
            Some(c) => self.constant(c, self.func.ty(v), false, self.span(v)),
            None => self.value(v),
        }
    }

    /// Emits into a block of its own.
    pub fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> (Vec<Line>, T) {
        let out = std::mem::take(&mut self.out);
        let pending = std::mem::take(&mut self.pending);
        let scope = self.names.enter();
        let t = f(self);
        self.flush_all();
        self.names.leave(scope);
        self.pending = pending;
        (std::mem::replace(&mut self.out, out), t)
    }

    /// Emits the statements of a block.
    pub fn stmts(&mut self, stmts: &'f [Stmt]) {
        for s in stmts {
            if !self.layout.is_dead(s) {
                self.cursors_before(s);
                self.stmt(s);
            }
        }
    }

    fn stmt(&mut self, s: &'f Stmt) {
        let span = emitted(s.origin.span);
        let outside = self.at.replace(span);
        self.stmt_here(s, span);
        self.at = outside;
    }

    fn stmt_here(&mut self, s: &'f Stmt, span: Span) {
        match &s.op {
            Op::If { .. } => self.if_(s, span),
            Op::For { .. } => self.for_(s, span),
            Op::While { .. } => self.while_(s, span),
            Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallReverse { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => self.call(s, span),
            Op::Opaque { .. } | Op::Exit { .. } => self.opaque(s, span),
            Op::Store { .. }
            | Op::Accum { .. }
            | Op::Alloc { .. }
            | Op::View { .. }
            | Op::CopyPlace { .. }
            | Op::AddPlace { .. }
            | Op::Zero(_)
            | Op::Swap { .. }
            | Op::Append { .. }
            | Op::Resize { .. }
            | Op::Push { .. } => self.place_stmt(s, span),
            _ => self.scalar(s, span),
        }
    }

    /// What a block does to the order of evaluation.
    pub fn block_effect(&self, b: &Block) -> Effect {
        let mut out = Effect::default();
        let carried = |v: &Value| self.vars.of(*v);
        out.assigns.extend(b.params.iter().filter_map(carried));
        for s in b.stmts.iter().filter(|s| !self.layout.is_dead(s)) {
            let e = s.op.effects(self.func);
            out.sens.panics |= e.panics;
            out.sens.opaque |= e.opaque;
            out.writes.extend(s.op.places_written().iter().map(|p| self.func.root(*p)));
            out.assigns.extend(s.results.iter().filter_map(carried));
            s.op.blocks().iter().for_each(|b| out.add(&self.block_effect(b)));
        }
        out
    }
}

impl<'f> Facts<'f> {
    fn of(func: &'f Func, layout: &Layout, split: Option<usize>) -> Facts<'f> {
        let mut facts = Facts::default();
        func.body.each_stmt(&mut |s| {
            if !layout.is_dead(s) {
                facts.stmt(func, s);
            }
        });
        facts.returned(func, &func.ret);
        facts.find_rows(func);
        facts.borrowed = super::borrowed::borrowed(func, split);
        facts
    }

    fn returned(&mut self, func: &Func, r: &Ret) {
        match r {
            Ret::Scalar(i) => self.returned.extend(func.body.yields.get(*i)),
            Ret::Tuple(rs) => rs.iter().for_each(|r| self.returned(func, r)),
            Ret::Place(p) => drop(self.moved.insert(*p)),
            Ret::Unit => {}
        }
    }

    fn stmt(&mut self, func: &Func, s: &'f Stmt) {
        if let [v] = s.results[..] {
            self.made_by.insert(v, &s.op);
            let constant = match &s.op {
                Op::Const(_) => true,
                Op::Len(p) => matches!(func.plc(*p).ty, PlaceTy::Array(..)),
                Op::Int { .. } | Op::Cast(_) | Op::Cmp { .. } | Op::Elem { .. } => {
                    s.op.values().iter().all(|v| self.constants.contains(v))
                }
                Op::Opaque { reads, .. } => reads.iter().all(|read| match &read.source {
                    ReadOf::Value(v) | ReadOf::ValueRef(v) => self.constants.contains(v),
                    _ => false,
                }),
                _ => false,
            };
            if constant {
                self.constants.insert(v);
            }
        }
        if let Op::For { range, body, .. } = &s.op {
            self.starts.insert(body.params[0], range.lo);
        }
        if let Op::Store { place, value, .. } | Op::Push { place, value } = &s.op {
            self.stored.entry(*place).or_insert(*value);
        }
        if let Op::Alloc { place, init: Init::Empty | Init::Buffer(..) } = &s.op {
            self.buffers.insert(*place);
        }
        self.written.extend(s.op.places_written().iter().map(|p| func.root(*p)));
        for p in s.op.places_read().into_iter().chain(s.op.places_written()) {
            *self.place_uses.entry(p).or_default() += 1;
        }
        match &s.op {
            Op::Load { path, .. }
            | Op::Store { path, .. }
            | Op::Accum { path, .. }
            | Op::View { path, .. } => {
                for p in path {
                    match p {
                        Proj::Index(v) => self.indices.extend([*v]),
                        Proj::At(vs, _) => self.indices.extend(vs),
                        Proj::Slice(a, b) => self.indices.extend(a.iter().chain(b)),
                        Proj::Field(_) | Proj::Member(..) | Proj::Deref => {}
                    }
                }
            }
            _ => {}
        }
    }
}
