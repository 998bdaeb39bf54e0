//! What `parse` hands to `lower`: the function with its variables resolved, its sugar named, and its tokens kept.
//!
//! Every expression keeps the user's tokens, so that `lower` can copy passive code verbatim instead of
//! understanding it. Constructs that `parse` does not understand are [`ExprKind::Unknown`]: an error only
//! if an active value flows through them.

use proc_macro2::{Ident, Span, TokenStream};
use std::ops::Range;
use std::rc::Rc;

/// A local variable (or parameter), resolved: scopes, shadowing and hygiene are dealt with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Var(pub u32);

/// What is known of a variable.
#[derive(Clone, Debug)]
pub struct VarInfo {
    /// The identifier that binds it.
    pub ident: Ident,
    /// Declared `mut`.
    pub mutable: bool,
    /// Its declared type, if any.
    pub ty: Option<syn::Type>,
    /// Some code that the compiler does not look into may assign to it or borrow it mutably
    /// (unknown macros, `&mut v` in unknown code, closures…).
    pub opaquely_mutated: bool,
}

/// A function ready for lowering.
#[derive(Clone, Debug)]
pub struct Fn {
    /// The signature as written.
    pub sig: syn::Signature,
    /// The parameters.
    pub params: Vec<Param>,
    /// All variables, by [`Var`].
    pub vars: Vec<VarInfo>,
    /// Items and `use`s in the body (functions, consts…), verbatim, hoisted.
    pub items: Vec<TokenStream>,
    /// The functions among them that have no attribute, and their companions: what is in sight needs none.
    pub inside: Vec<(String, TokenStream)>,
    /// The body.
    pub body: Block,
    /// The return type; without its wrapper, if it has one.
    pub ret: Type,
    /// It stands in an `impl` block.
    pub associated: bool,
    /// What that block is of, where it is known.
    pub self_ty: Option<syn::Type>,
    /// The crate that generated code names.
    pub crate_path: syn::Path,
    /// The types in scope, and what is known of the items around the function.
    pub types: crate::parse::TypeParams,
    /// The `Option` or `Result` around the result, which the body has nothing of any more.
    pub wrap: Option<Wrap>,
    /// The return type is only a name; `ret` is what the body makes of it, as far as that is known.
    pub ret_alias: bool,
    /// Type parameters that count as floats.
    pub float_params: Vec<String>,
    /// Those of them that are made of other numbers by `From`.
    pub from_params: Vec<String>,
    /// Those of them whose arithmetic takes nothing but themselves: no references, as far as their bounds say.
    pub plain_params: Vec<String>,
    /// Has rustc check that names are those of `std`.
    pub of_std: Vec<TokenStream>,
}

impl Fn {
    /// Whether it has a gradient: its result is one float, and not all that is active is lent to be changed.
    pub fn has_gradient(&self) -> bool {
        let lent = |p: &&Param| matches!(&p.ty, Type::Ref(true, t) if !t.has_user_type());
        let mut active = self.params.iter().filter(|p| p.active).peekable();
        let only_lent = active.peek().is_some() && active.all(|p| lent(&p));
        matches!(self.ret, Type::Float(_)) && !only_lent
    }

    /// The function-valued parameters whose calls have derivatives, with their positions.
    pub fn functions(&self) -> Vec<(usize, crate::functions::Function)> {
        let params = self.params.iter().enumerate();
        params.filter_map(|(i, p)| Some((i, (**p.function.as_ref()?).clone()))).collect()
    }

    /// What a variable is called with, if it is such a parameter.
    pub fn function(&self, v: Var) -> Option<&Rc<crate::functions::Function>> {
        let own = |p: &&Param| matches!(p.pat.kind, PatKind::Var(pv) if pv == v);
        self.params.iter().find(own)?.function.as_ref()
    }
}

/// The `Option<…>` or `Result<…, E>` around a result.
#[derive(Clone, Debug)]
pub struct Wrap {
    /// It is an `Option`.
    pub option: bool,
    /// The type's path without its arguments.
    pub head: syn::Path,
    /// Its arguments after the first.
    pub more: Vec<syn::GenericArgument>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// The pattern, verbatim.
    pub pat: Pat,
    /// A plain name for it: the pattern's identifier, or one made up for a pattern.
    pub name: Ident,
    /// The type, classified.
    pub ty: Type,
    /// The type, verbatim.
    pub ty_tokens: TokenStream,
    /// Whether it is active, after types, `#[grad]`/`#[no_grad]` and `wrt(…)` have had their say.
    pub active: bool,
    /// Whether somebody has said so, by a mark or by `wrt(…)`.
    pub marked: bool,
    /// What its type may be another name of; decided by the use in the body (`lower::assume`).
    pub alias: Option<Alias>,
    /// It is a function, and its calls have derivatives.
    pub function: Option<Rc<crate::functions::Function>>,
    /// For errors.
    pub span: Span,
}

impl Param {
    /// Why none of these is active, as an addition to an error's second part.
    pub fn none_is_active(all: &[Param], narrowed: bool) -> String {
        let each: Vec<String> =
            all.iter().map(|p| format!("`{}`: {}", p.pat.tokens, p.why(narrowed))).collect();
        if each.is_empty() { String::new() } else { format!(" ({})", each.join("; ")) }
    }

    /// Why it is active, or why not. `narrowed`: the option `wrt` stands there.
    pub fn why(&self, narrowed: bool) -> &'static str {
        let lent = matches!(&self.ty, Type::Ref(true, _));
        match (self.active, self.marked) {
            (true, true) if narrowed => "named in `wrt`",
            (true, true) => "marked `#[grad]`",
            (false, _) if self.name == "self" && !narrowed => "not marked `#[grad]`",
            (false, true) if narrowed => "not named in `wrt`",
            (false, true) => "marked `#[no_grad]`",
            _ if self.function.is_some() => "a function: derivatives go through its calls",
            (true, false) if lent => "an output, lent by `&mut`",
            (true, false) if self.alias.is_some() => "used as a float, which rustc will check",
            (true, false) => "made of floats",
            (false, false) if narrowed => "not named in `wrt`",
            (false, false) if matches!(&self.ty, Type::Ref(true, t) if t.has_gradient()) => {
                "state: what it holds at first is a constant, and what is left in it is not asked for"
            }
            (false, false) => match &self.ty {
                Type::Int(_) | Type::Bool => "no float",
                _ => "neither made of floats nor marked `#[grad]`",
            },
        }
    }
}

/// What a type that is only a name may be another name of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alias {
    /// Anything.
    OfAnything,
    /// It mentions a float: `Quaternion<T>`.
    OfFloats,
}

/// A type as far as a macro can classify it.
#[derive(Clone, Debug)]
pub enum Type {
    /// `()`
    Unit,
    /// `f32`, `f64`, or a type parameter bound by a float trait.
    Float(crate::ir::FloatTy),
    /// An integer type's name.
    Int(String),
    /// `bool`
    Bool,
    /// `[T; N]`
    Array(Box<Type>, crate::ir::Len),
    /// `[T]`
    Slice(Box<Type>),
    /// `Vec<T>`
    Vec(Box<Type>),
    /// `&T`, `&mut T`
    Ref(bool, Box<Type>),
    /// `(A, B)`
    Tuple(Vec<Type>),
    /// A struct of the user's that derivatives flow through.
    User(crate::ir::UserTy),
    /// Anything else, verbatim.
    Other(TokenStream),
}

/// A block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its statements.
    pub stmts: Vec<Stmt>,
    /// Its value, if it ends without `;`.
    pub tail: Option<Box<Expr>>,
    /// For errors.
    pub span: Span,
}

impl Block {
    /// Visits all identifiers of its code.
    pub fn each_ident(&self, f: &mut dyn FnMut(&Ident)) {
        self.stmts.iter().for_each(|s| crate::names::each_ident(&s.tokens, f));
        self.tail.iter().for_each(|e| crate::names::each_ident(&e.tokens, f));
    }
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The whole statement, verbatim.
    pub tokens: TokenStream,
    /// Its text on one line, for the comment above its code.
    pub text: std::rc::Rc<str>,
    /// For errors.
    pub span: Span,
}

/// See [`Stmt`].
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // Most statements are `let`s.
pub enum StmtKind {
    /// `let PAT: TY = INIT;`
    Let {
        /// The pattern.
        pat: Pat,
        /// The declared type.
        ty: Option<Type>,
        /// Pattern and type, verbatim.
        head: TokenStream,
        /// The initialiser.
        init: Option<Expr>,
    },
    /// An expression for its effect (with or without `;`).
    Expr(Expr),
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pat {
    /// What it is.
    pub kind: PatKind,
    /// Verbatim.
    pub tokens: TokenStream,
    /// For errors.
    pub span: Span,
}

/// See [`Pat`].
#[derive(Clone, Debug)]
pub enum PatKind {
    /// `_`
    Wild,
    /// `x`, `mut x`
    Var(Var),
    /// `ref x`
    RefVar(Var),
    /// `x @ p`
    At(Var, Box<Pat>),
    /// `..` or `rest @ ..`, in a [`PatKind::Tuple`] (without a variable) or [`PatKind::Array`], once at most.
    Rest(Option<Var>),
    /// `(a, b)`
    Tuple(Vec<Pat>),
    /// `[a, b]`, of an array or slice
    Array(Vec<Pat>),
    /// `&p`
    Ref(Box<Pat>),
    /// A literal, or the path of a constant (or of a variant without fields): matched, binds nothing.
    Const(Box<Expr>),
    /// `lo..hi`, `lo..=hi`, `lo..`, `..hi`
    Range {
        /// First.
        lo: Option<Box<Expr>>,
        /// Bound.
        hi: Option<Box<Expr>>,
        /// `..=`
        inclusive: bool,
    },
    /// `p | q`; they bind the same variables.
    Or(Vec<Pat>),
    /// `Some(p)`, `Shape::Circle(p, ..)`
    Variant(syn::Path, Vec<Pat>),
    /// `Type { x, y: p, .. }`
    Struct(syn::Path, Vec<(syn::Member, Pat)>),
    /// Anything else: the variables that it binds.
    Other(Vec<Var>),
}

/// What decides between the arms of a `match`, `if let`, `while let`, `let … else` or `matches!`.
///
/// These are taken apart by `parse`, so that all that comes later meets blocks and `if`s:
/// ```text
/// match s { p if g => a, q => b }      { Choose; if Taken(0) { Bind(0); a } else { Bind(1); b } }
/// while let p = s { a }                loop { Choose; if Taken(0) { Bind(0); a } else { break } }
/// let p = s else { a };                Choose; if Taken(0) {} else { a } Bind(0);
/// ```
#[derive(Debug)]
pub struct Choice {
    /// Tells it from the others of the function.
    pub id: u32,
    /// What is matched, evaluated once. Absent if the first condition of an `if` is none with `let`.
    pub scrutinee: Option<Expr>,
    /// Its declared type, of `let … else`, and the same verbatim.
    pub ty: Option<(Type, TokenStream)>,
    /// Two at least. The last one is taken if no other is.
    pub arms: Vec<Arm>,
    /// The condition of `if` or `while`, verbatim.
    pub condition: Option<TokenStream>,
    /// For errors.
    pub span: Span,
}

impl Choice {
    /// Whether there are so many arms that they are told apart by halves: [`ExprKind::Taken`] stands for more
    /// than one of them then, and their guards are evaluated with the choice.
    pub fn is_large(&self) -> bool {
        self.arms.len() > 16
    }
}

/// An arm of a [`Choice`].
#[derive(Debug)]
pub struct Arm {
    /// What the scrutinee has to match; nothing in an `else`.
    pub pat: Option<Pat>,
    /// What has to hold as well, in order.
    pub tests: Vec<Test>,
    /// The variables that its patterns bind and its body reads.
    pub wanted: Vec<Var>,
}

/// A further condition of an [`Arm`]: of a guard, or of a chain.
#[derive(Debug)]
pub enum Test {
    /// An ordinary condition.
    Cond(Expr),
    /// `let p = e`
    Let(Pat, Expr),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Verbatim.
    pub tokens: TokenStream,
    /// The tracked variables (locals and parameters, of an enclosing scope) that occur anywhere in it, with
    /// the identifier as written there. Variables bound inside it do not count.
    pub reads: Vec<(Ident, Var)>,
    /// It may leave an enclosing construct: `return`, `?`, `break`, `continue` out of it, or a macro that could.
    pub escapes: bool,
    /// For errors.
    pub span: Span,
}

/// Binary operators, other than assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// A closure that is looked into.
#[derive(Clone, Debug)]
pub struct Closure {
    /// Its parameters, with their declared types.
    pub params: Vec<(Pat, Option<Type>)>,
    /// Its declared result.
    pub ret: Option<Type>,
    /// What it computes. Nothing in it leaves it early.
    pub body: Box<Expr>,
    /// `move`
    pub moves: bool,
    /// The variables that it and its body bind, by number.
    pub inner: std::ops::Range<u32>,
}

/// See [`Expr`]. Parentheses, invisible groups and plain `{ expr }` blocks without statements are gone.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal.
    Lit(syn::Lit),
    /// A local variable or parameter.
    Var(Var),
    /// A path that is not a local variable: a constant, a static, a unit struct…
    Path(syn::Path),
    /// `-x`
    Neg(Box<Expr>),
    /// `!x`
    Not(Box<Expr>),
    /// `*x`
    Deref(Box<Expr>),
    /// `&x`, `&mut x`
    Ref(bool, Box<Expr>),
    /// `a + b`, `a && b`, `a < b`…
    Binary(BinOp, Box<Expr>, Box<Expr>),
    /// `a?`, in a function that returns an `Option` or `Result`; with `true` where the error has the function's own
    /// type, and is not converted.
    Try(Box<Expr>, bool),
    /// `a = b`
    Assign(Box<Expr>, Box<Expr>),
    /// `a += b`
    AssignOp(BinOp, Box<Expr>, Box<Expr>),
    /// `a[i]`; `i` may be a [`ExprKind::Range`].
    Index(Box<Expr>, Box<Expr>),
    /// `a.0`, `a.x`
    Field(Box<Expr>, syn::Member),
    /// `Type { x: a, ..rest }`
    Struct {
        /// The type's path.
        path: syn::Path,
        /// The fields, in the order in which they are written.
        fields: Vec<(syn::Member, Expr)>,
        /// What follows `..`.
        rest: Option<Box<Expr>>,
    },
    /// `recv.name::<T>(args)`
    Method {
        /// The receiver.
        recv: Box<Expr>,
        /// The method.
        name: Ident,
        /// Whether it has a turbofish, verbatim.
        turbofish: Option<TokenStream>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `path(args)`
    Call {
        /// The callee.
        path: syn::Path,
        /// The qualified self type of `<T as Trait>::f(x)`, if any: then the path alone does not say it.
        qself: bool,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `var(args)`: a call of a local (closure or function parameter).
    CallVar(Var, Vec<Expr>),
    /// `var(args)`, where `var` is bound to a closure that is looked into, and the variables from outside that
    /// it assigns to.
    CallClosure(Var, Vec<Expr>, std::rc::Rc<[Var]>),
    /// `(|x| …)(args)`
    CallNow(Box<Expr>, Vec<Expr>),
    /// `|x, y| body`; early returns in it have become branches.
    Closure(Closure),
    /// `if c { … } else { … }` with an ordinary condition
    If(Box<Expr>, Block, Option<Box<Expr>>),
    /// `{ … }` with statements
    Block(Block),
    /// Evaluates what is matched. A statement; see [`Choice`].
    Choose(Rc<Choice>),
    /// Whether one of these arms is taken, if none before them is. The condition of an `if`.
    Taken(Rc<Choice>, Range<usize>),
    /// Binds the variables of an arm that is taken. A statement.
    Bind(Rc<Choice>, usize),
    /// `'l: { … }`; the label without the quote.
    Labelled(Ident, Block),
    /// `for pat in iter { … }`
    For {
        /// Without the quote.
        label: Option<Ident>,
        /// The pattern.
        pat: Pat,
        /// What it runs over.
        iter: Box<Expr>,
        /// The body.
        body: Block,
    },
    /// `while cond { … }`
    While {
        /// Without the quote.
        label: Option<Ident>,
        /// An ordinary condition.
        cond: Box<Expr>,
        /// The body.
        body: Block,
    },
    /// `loop { … }`
    Loop {
        /// Without the quote.
        label: Option<Ident>,
        /// The body.
        body: Block,
    },
    /// `break 'l value`
    Break(Option<Ident>, Option<Box<Expr>>),
    /// `continue 'l`
    Continue(Option<Ident>),
    /// `return x`
    Return(Option<Box<Expr>>),
    /// `lo..hi`, `lo..=hi`
    Range {
        /// First.
        lo: Option<Box<Expr>>,
        /// Bound.
        hi: Option<Box<Expr>>,
        /// `..=`
        inclusive: bool,
    },
    /// `[a, b]`
    Array(Vec<Expr>),
    /// `[x; N]`; the length is a constant expression.
    Repeat(Box<Expr>, crate::ir::Len),
    /// `vec![a, b]`
    Vec(Vec<Expr>),
    /// `vec![x; n]`
    VecRepeat(Box<Expr>, Box<Expr>),
    /// `(a, b)`; `()` is the empty tuple.
    Tuple(Vec<Expr>),
    /// `x as T`
    Cast(Box<Expr>, Type),
    /// `assert!(…)`, `debug_assert!`, `assert_eq!`…, `panic!`, `unreachable!`, `todo!`, `unimplemented!`,
    /// `println!` and kin, `matches!`, `format!`: the name; the arguments stay tokens. Besides, under the name
    /// `return`, what leaves the function without a value: `return Err(…)`, `return None`.
    Macro(String),
    /// Anything else: what it is called in errors ("`match`", "a closure"…).
    Unknown(&'static str),
}
