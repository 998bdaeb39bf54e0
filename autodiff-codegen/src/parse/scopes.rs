//! Scopes, hygiene, and the log of what an expression reads and where it may jump to.

use super::types::TypeParams;
use crate::diagnostics::Errors;
use crate::hir::{Var, VarInfo};
use crate::tables::{HashMap, HashSet};
use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;

/// What makes two identifiers the same variable: the text, and the syntax context that it was written in.
/// Two variables of equal text may come from a macro and from its argument.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    text: String,
    context: String,
}

impl Key {
    /// The key of an identifier.
    pub fn of(ident: &Ident) -> Key {
        Key { text: ident.unraw().to_string(), context: context(ident.span()) }
    }
}

/// The syntax context of a span. `proc_macro` shows it only in the debug form, `#N bytes(a..b)`.
fn context(span: Span) -> String {
    let shown = format!("{span:?}");
    let number = shown.strip_prefix('#').and_then(|rest| rest.split(' ').next());
    number.filter(|n| n.bytes().all(|b| b.is_ascii_digit())).unwrap_or("").to_string()
}

/// A way out of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Escape {
    /// `return`, `?`
    Return,
    /// `break` or `continue`, with the label
    Loop(Option<Key>),
    /// `?`, `return Err(…)`, `return None` in a function that returns an `Option` or `Result`: what leaves the
    /// function leaves its companions in the same way.
    Fail,
    /// A macro that may do any of them.
    Any,
}

/// A point in the log.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    reads: usize,
    escapes: usize,
    vars: usize,
}

/// The state of the parser: variables in scope, and what has been seen.
pub struct Parser<'e> {
    /// All variables so far.
    pub vars: Vec<VarInfo>,
    /// Innermost last.
    scopes: Vec<HashMap<Key, Var>>,
    /// Reads in order.
    reads: Vec<(Ident, Var)>,
    /// Ways out, in order.
    escapes: Vec<Escape>,
    /// The function returns an `Option` or `Result`.
    pub fallible: bool,
    /// Which of the two, and of what.
    pub wrap: Option<crate::hir::Wrap>,
    /// How many closures there are around.
    pub closure_depth: usize,
    /// The type parameters.
    pub types: TypeParams,
    /// Variables that are bound to closures, and what those assign to.
    pub closures: HashMap<Var, std::rc::Rc<[Var]>>,
    /// Variables that begin as floats.
    pub numbers: HashSet<Var>,
    /// Hoisted items.
    pub items: Vec<TokenStream>,
    /// Names that items of the body define, with the identifier.
    pub item_names: Vec<Ident>,
    /// Those of them that are imported.
    pub imported: Vec<String>,
    /// The macros that are taken for `std`'s, each where it stands first.
    pub of_std: std::cell::RefCell<Vec<Ident>>,
    /// `std` and `core`, where macros are taken from them by path.
    pub std_itself: std::cell::RefCell<Vec<Ident>>,
    /// Methods that are taken for the assigning operators of `std`, with their traits, and the type of what they change.
    pub assignments: Vec<(Ident, &'static str, crate::ir::FloatTy)>,
    /// What the macros that are defined in the body consist of.
    pub macros: Vec<TokenStream>,
    /// The names of items that the function uses.
    pub roots: Vec<Ident>,
    /// `use …::*` in the body.
    pub globs: Vec<TokenStream>,
    /// How many choices there have been.
    pub choices: u32,
    /// The tokens of the whole function, for items of inner blocks.
    pub whole: TokenStream,
    /// Its words, counted when an item asks for them.
    pub(super) words: std::cell::OnceCell<super::items::Words>,
    /// The error list.
    pub errors: &'e mut Errors,
}

impl<'e> Parser<'e> {
    /// Nothing in scope yet.
    pub fn new(types: TypeParams, whole: TokenStream, errors: &'e mut Errors) -> Parser<'e> {
        Parser {
            vars: Vec::new(),
            scopes: vec![HashMap::default()],
            reads: Vec::new(),
            escapes: Vec::new(),
            fallible: false,
            wrap: None,
            closure_depth: 0,
            types,
            closures: HashMap::default(),
            numbers: HashSet::default(),
            items: Vec::new(),
            item_names: Vec::new(),
            imported: Vec::new(),
            of_std: Default::default(),
            std_itself: Default::default(),
            assignments: Vec::new(),
            macros: Vec::new(),
            roots: Vec::new(),
            globs: Vec::new(),
            choices: 0,
            whole,
            words: std::cell::OnceCell::new(),
            errors,
        }
    }

    /// Runs `f` in a scope of its own.
    pub fn scoped<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        self.scopes.push(HashMap::default());
        let result = f(self);
        self.scopes.pop();
        result
    }

    /// Brings a variable into the innermost scope.
    pub fn bind(&mut self, ident: &Ident, mutable: bool, ty: Option<&syn::Type>) -> Var {
        let var = Var(self.vars.len() as u32);
        let info = VarInfo { ident: ident.clone(), mutable, ty: ty.cloned(), opaquely_mutated: false };
        self.vars.push(info);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(Key::of(ident), var);
        }
        var
    }

    /// The variable that an identifier stands for here.
    pub fn lookup(&self, ident: &Ident) -> Option<Var> {
        let key = Key::of(ident);
        self.scopes.iter().rev().find_map(|scope| scope.get(&key)).copied()
    }

    /// Notes a read.
    pub fn read(&mut self, ident: &Ident, var: Var) {
        self.reads.push((ident.clone(), var));
    }

    /// Notes that code that is not looked into changes a variable, or may do so.
    pub fn mark_mutated(&mut self, var: Var) {
        if let Some(info) = self.vars.get_mut(var.0 as usize) {
            info.opaquely_mutated = true;
        }
    }

    /// Whether something can be changed through the variable.
    pub fn is_changeable(&self, var: Var) -> bool {
        self.vars.get(var.0 as usize).is_some_and(|info| info.mutable) || self.is_mut_reference(var)
    }

    /// Whether it is declared as a `&mut`, which needs no `mut` to change what it points at.
    pub fn is_mut_reference(&self, var: Var) -> bool {
        let ty = self.vars.get(var.0 as usize).and_then(|info| info.ty.as_ref());
        matches!(ty, Some(syn::Type::Reference(r)) if r.mutability.is_some())
    }

    /// Notes a way out.
    pub fn escape(&mut self, escape: Escape) {
        self.escapes.push(escape);
    }

    /// The present end of the log.
    pub fn mark(&self) -> Mark {
        Mark { reads: self.reads.len(), escapes: self.escapes.len(), vars: self.vars.len() }
    }

    /// The variables read since `mark` that were bound before it, each once for each way of writing it.
    pub fn reads_since(&self, mark: Mark) -> Vec<(Ident, Var)> {
        let mut seen: Vec<(Ident, Var)> = Vec::new();
        for (ident, var) in &self.reads[mark.reads..] {
            if (var.0 as usize) < mark.vars && !seen.iter().any(|(_, known)| known == var) {
                seen.push((ident.clone(), *var));
            }
        }
        seen
    }

    /// A `?`, or what is like it.
    pub fn fails(&mut self) {
        self.escape(if self.fallible { Escape::Fail } else { Escape::Return });
    }

    /// Whether there has been a way out since `mark` that means something else in a companion.
    pub fn jumps_since(&self, mark: Mark) -> bool {
        self.escapes_since(mark) && self.escapes[mark.escapes..].iter().any(|e| *e != Escape::Fail)
    }

    /// Whether there has been a way out since `mark`.
    pub fn escapes_since(&self, mark: Mark) -> bool {
        self.escapes.len() > mark.escapes
    }

    /// A loop that began at `mark` ends here: what leaves only it does not leave what encloses it.
    pub fn close_loop(&mut self, mark: Mark, label: Option<&Key>) {
        self.keep(mark, |escape| match escape {
            Escape::Loop(None) => false,
            Escape::Loop(target) => target.as_ref() != label,
            _ => true,
        });
    }

    /// The same for a labelled block, which plain `break`s don't leave.
    pub fn close_labelled_block(&mut self, mark: Mark, label: &Key) {
        self.keep(mark, |escape| *escape != Escape::Loop(Some(label.clone())));
    }

    /// A closure or `async` block that began at `mark` ends here: nothing leaves it.
    pub fn close_function(&mut self, mark: Mark) {
        self.keep(mark, |_| false);
    }

    /// Keeps only some of the ways out since `mark`.
    fn keep(&mut self, mark: Mark, keep: impl Fn(&Escape) -> bool) {
        let since = self.escapes.split_off(mark.escapes.min(self.escapes.len()));
        self.escapes.extend(since.into_iter().filter(keep));
    }
}
