//! The one representation: a small structured SSA language.
//!
//! * **Scalars are SSA values**: each [`Value`] is defined exactly once, by a statement's result or a
//!   block's parameter, and is used only where that definition dominates.
//! * **Control flow is structured**: [`Op::If`], [`Op::For`] and [`Op::While`] own [`Block`]s; what a
//!   region changes is passed explicitly, as carried values in and yields out.
//! * **Aggregates are places**: a [`Place`] is an array, slice, `Vec` or value of unknown type that is
//!   read by [`Op::Load`] and written by [`Op::Store`] and [`Op::Accum`]. No aggregate is ever an SSA
//!   value. A view is a place that aliases part of another one.
//! * **Passive code stays tokens**: [`Op::Opaque`] carries the user's tokens verbatim, with the
//!   variables that they read. It runs exactly once, in order.
//! * **The derivative of a program is a program**: [`crate::reverse`] and [`crate::forward`] map a
//!   [`Func`] to a [`Func`].

use proc_macro2::{Ident, Span, TokenStream};

pub mod build;
pub mod display;
pub mod inline;
pub mod interpret;
pub mod ops;
pub mod types;
pub mod verify;

pub use types::{FloatTy, LANES, Len, PlaceTy, Ty, UserTy};

use crate::rules::{Library, RuleId};
use std::collections::BTreeMap;

/// An SSA scalar: an index into [`Func::values`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Value(pub u32);

/// A piece of memory, or a view of one: an index into [`Func::places`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place(pub u32);

/// Where something came from: shown in expansions, and what spans point at.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The user's tokens to blame.
    pub span: Span,
    /// The source statement's text, for the comment above its code; shared by all that it gave rise to.
    pub text: Option<std::rc::Rc<str>>,
}

impl Default for Origin {
    fn default() -> Self {
        Origin { span: Span::call_site(), text: None }
    }
}

/// What the emitter calls a value or a place.
#[derive(Clone, Debug)]
pub enum Name {
    /// The user's own variable, hygiene and all: opaque tokens may read it under this name.
    User(Ident),
    /// The adjoint of something: printed `d_<name>`.
    Adjoint(Box<Name>),
    /// The tangent of something: printed `t_<name>`.
    Tangent(Box<Name>),
    /// What the forward sweep keeps of something for the reverse sweep: printed `<name>_s`.
    Saved(Box<Name>),
    /// A name the compiler made up, derived from what it belongs to where possible.
    Temp(String),
}

impl Name {
    /// The readable stem of the name, without regard to collisions.
    pub fn stem(&self) -> String {
        match self {
            Name::User(i) => i.to_string().trim_start_matches("r#").to_string(),
            Name::Adjoint(n) => format!("d_{}", n.stem()),
            Name::Tangent(n) => format!("t_{}", n.stem()),
            Name::Saved(n) => format!("{}_s", n.stem()),
            Name::Temp(s) => s.clone(),
        }
    }
}

/// What is known of one SSA value.
#[derive(Clone, Debug)]
pub struct ValueInfo {
    /// Its scalar type.
    pub ty: Ty,
    /// The variable that it is a version of, if any.
    pub name: Option<Name>,
    /// Where it came from.
    pub origin: Origin,
    /// Of the induction variable of a loop: all rounds have been run before, by the forward sweep. What a round does in any
    /// case, an index that it uses say, panics in none of them.
    pub rerun: bool,
}

/// What a place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A parameter of the function.
    Param,
    /// Made by an [`Op::Alloc`] in some region; a new instance each time that the statement runs.
    Local,
    /// Made by an [`Op::View`]: an alias of part of another place.
    View {
        /// The place that it is a view of (may itself be a view).
        base: Place,
    },
    /// Made by a call: a value whose type only rustc knows ([`PlaceTy::Unknown`]) or an aggregate.
    CallResult,
}

/// What is known of one place.
#[derive(Clone, Debug)]
pub struct PlaceInfo {
    /// Its type, as far as known.
    pub ty: PlaceTy,
    /// What it is.
    pub kind: PlaceKind,
    /// Whether the program writes to it after making it (parameters: `&mut`).
    pub mutable: bool,
    /// The variable that it stands for, if any.
    pub name: Option<Name>,
    /// Where it came from.
    pub origin: Origin,
}

/// How a parameter is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// By value.
    Value,
    /// `&T`.
    Ref,
    /// `&mut T`.
    Mut,
}

/// The shape of a parameter as the body sees it.
#[derive(Clone, Debug)]
pub enum ParamKind {
    /// A scalar (float, integer, `bool`) with its value; [`Mode::Ref`] for `&f64`.
    Scalar(Value, Mode),
    /// An array, slice or `Vec`.
    Place(Place, Mode),
    /// A tuple, taken apart.
    Tuple(Vec<ParamKind>, Mode),
    /// A passive parameter of a type that the compiler does not look into; opaque code reads it by name.
    Opaque,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name in the emitted signature.
    pub name: Ident,
    /// The user's type, verbatim (empty for parameters that the compiler added).
    pub ty: TokenStream,
    /// What the body sees of it.
    pub kind: ParamKind,
    /// Whether derivatives with respect to it are asked for.
    pub active: bool,
}

/// What a function returns, as a tree over the root block's yields and places.
#[derive(Clone, Debug, PartialEq)]
pub enum Ret {
    /// `()`.
    Unit,
    /// The root block's yield of this index.
    Scalar(usize),
    /// An owned aggregate.
    Place(Place),
    /// A tuple of these.
    Tuple(Vec<Ret>),
}

impl Ret {
    /// The places in it.
    pub fn places(&self) -> Vec<Place> {
        match self {
            Ret::Place(p) => vec![*p],
            Ret::Tuple(parts) => parts.iter().flat_map(Ret::places).collect(),
            Ret::Unit | Ret::Scalar(_) => Vec::new(),
        }
    }
}

/// A function.
#[derive(Clone, Debug)]
pub struct Func {
    /// The user's name for it.
    pub name: String,
    /// Its parameters.
    pub params: Vec<Param>,
    /// All values ever made for it, by index.
    pub values: Vec<ValueInfo>,
    /// All places ever made for it, by index.
    pub places: Vec<PlaceInfo>,
    /// Items and `use`s that stood in the body, verbatim; emitted first.
    pub items: Vec<TokenStream>,
    /// Functions that are passed as arguments, and the names that their handles go by here.
    pub passed: Vec<(syn::Path, Ident)>,
    /// What the operations on type parameters are called that are floats by traits of the user's.
    pub own_methods: OwnMethods,
    /// Declarations that opaque code relies on, for the start of the body.
    pub before: Vec<TokenStream>,
    /// The body. Its yields are the scalars that [`Func::ret`] refers to.
    pub body: Block,
    /// The result.
    pub ret: Ret,
}

/// The methods of type parameters that are floats by traits of the user's.
pub type OwnMethods = BTreeMap<String, MethodNames>;

/// Names of methods. Operations that have none are no methods of the type parameter.
#[derive(Clone, Debug, Default)]
pub struct MethodNames {
    /// By operation.
    pub names: Vec<(RuleId, String)>,
    /// Who computes other operations; methods of `std`'s names, if it has those.
    pub library: Option<Library>,
}

/// A straight run of statements with parameters and yields: a function's body, or a region of one.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Bound on entry. Loop bodies: `For` has `[induction variable, carried…]`, `While` has `[carried…]`
    /// in its condition and in its body. `If` arms and function bodies have none.
    pub params: Vec<Value>,
    /// Run in order.
    pub stmts: Vec<Stmt>,
    /// Handed out at the end. Empty if the block diverges.
    pub yields: Vec<Value>,
    /// The last statement is an [`Op::Exit`]: the end is never reached.
    pub diverges: bool,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub op: Op,
    /// The values it defines, as many as the operation says.
    pub results: Vec<Value>,
    /// Where it came from.
    pub origin: Origin,
}

/// A constant.
#[derive(Clone, Debug)]
pub enum Const {
    /// A float: its value as an `f64` bit pattern would say it, and the literal's text (without suffix).
    Float {
        /// The nearest `f64`; what the interpreter uses.
        value: f64,
        /// As written by the user, or as printed by `{:?}`.
        text: String,
    },
    /// An integer (suffix aside).
    Int(i128),
    /// A boolean.
    Bool(bool),
    /// A path to a constant item (`PI`, `f64::consts::TAU`, the user's `LIMIT`): may be named again anywhere.
    Path(TokenStream),
}

impl Const {
    /// `true`, where no pass may make use of that: the condition of an `if` that stands for a block of the user's, at whose
    /// end things are dropped.
    pub fn always() -> Const {
        Const::Path(quote::quote!(true))
    }

    /// Whether it is that.
    pub fn is_always(&self) -> bool {
        matches!(self, Const::Path(code) if code.to_string() == "true")
    }
}

/// Arithmetic on integers, and logic on booleans. Never active.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum IntOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Neg,
    /// Bitwise on integers, eager logic on booleans.
    And,
    Or,
    Xor,
    Not,
    Shl,
    Shr,
    /// `a.min(b)`, `a.max(b)`, on integers.
    Min,
    Max,
    /// `a.saturating_sub(b)`.
    SaturatingSub,
    /// `a.wrapping_sub(b)`: never panics, so it may be run where the user's program had none.
    WrappingSub,
    /// `a.wrapping_add(b)`.
    WrappingAdd,
    /// The integer that comes so many after another one; the number is a `usize`. Wraps.
    After,
}

/// Comparisons, of two floats, two integers or two booleans. The result is a `bool`, never active.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// The values that a `for` runs over: integers from `lo` to `hi`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// First value.
    pub lo: Value,
    /// Bound.
    pub hi: Value,
    /// `lo..=hi`.
    pub inclusive: bool,
    /// `.step_by(step)`, applied before any reversal; a `usize`.
    pub step: Option<Value>,
    /// `.rev()`, applied last.
    pub rev: bool,
}

/// One step of a path into a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Proj {
    /// `[i]`
    Index(Value),
    /// `[(i, j)]`, of a struct of the user's; `true`: the user wrote `[[i, j]]`.
    At(Vec<Value>, bool),
    /// `[lo..hi]`, with either end possibly open.
    Slice(Option<Value>, Option<Value>),
    /// `.0`, of a tuple, or of a place of unknown type.
    Field(u32),
    /// `.x`, of a struct of the user's, and the type of what is there, as far as known.
    Member(Member, PlaceTy),
    /// `*`, of a box: what is in it has the type of the step before.
    Deref,
}

/// A field of a struct of the user's.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    /// `x` or `0`.
    pub name: syn::Member,
    /// Whether derivatives flow through it.
    pub flow: Flow,
}

/// Whether derivatives flow through a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// They do: the struct is in sight, and rustc is asked whether it is the one that is meant.
    Active,
    /// They don't: the same.
    Constant,
    /// The struct is out of sight: wherever a derivative is read from or written to the field, rustc is asked.
    Open,
    /// This is such a place: a field of a derivative.
    Asked,
}

/// The same path into a derivative; `None` if it leads through a constant, which has none.
pub fn derivative_path(path: &[Proj]) -> Option<Vec<Proj>> {
    let step = |step: &Proj| match step {
        Proj::Member(member, _) if member.flow == Flow::Constant => None,
        Proj::Member(member, ty) => Some(Proj::Member(member.of_derivative(), ty.clone())),
        other => Some(other.clone()),
    };
    path.iter().map(step).collect()
}

impl Member {
    /// The field of a derivative.
    pub fn of_derivative(&self) -> Member {
        let flow = if self.flow == Flow::Open { Flow::Asked } else { self.flow };
        Member { name: self.name.clone(), flow }
    }
}

/// How a local place starts out.
#[derive(Clone, Debug)]
pub enum Init {
    /// All zero; the type must be fully known ([`PlaceTy::Array`] with known or constant length, scalar cell).
    Zeros,
    /// `vec![0.0; len]`, nested for several dimensions: `lens.len()` dimensions, or a flat `Vec` for one.
    ZerosLen(Value),
    /// A zero of the gradient type of another place (`zero_like(&p)`).
    ZeroLike(Place),
    /// `[v; N]` or `vec![v; n]` (the length as a value for `Vec`s, in the type for arrays).
    Fill(Value, Option<Value>),
    /// `[a, b, c]` of scalars.
    Elems(Vec<Value>),
    /// `[p, q]` of places: an array of arrays. The parts are copied.
    Rows(Vec<Place>),
    /// `[p; N]` or `vec![p; n]` of a place: an array of as many copies of an array.
    Repeat(Place, Option<Value>),
    /// A copy of another place of the same type.
    Copy(Place),
    /// An empty `Vec`: one that grows, or a growing buffer (for [`Op::Push`] and [`Op::Pop`]).
    Empty,
    /// The same, for so many rounds of a loop, each of which pushes so many elements.
    Buffer(Value, usize),
    /// Nothing yet: each way to where it is read assigns to it first. Whether the place's type can be written down, so that
    /// rustc need not find it out by what is assigned.
    Later(bool),
    /// An empty cell for a pullback or a snapshot: `None`.
    None,
    /// What a snapshot holds.
    Restore(Value),
    /// `Type { x, row: p, ..rest }`: a struct of the user's.
    Fields {
        /// The type's path, as the user writes it there.
        path: syn::Path,
        /// What the fields are, in the order in which they are written.
        fields: Vec<(Member, Part)>,
        /// Where the rest comes from.
        rest: Option<Place>,
    },
    /// What the user's code has made, which no active value flows into: a value that nothing else reads. rustc checks
    /// that it is of this place's type.
    Given(Value),
    /// The same of any type, in a place that no active value is ever written to: a copy of what a call is lent.
    Lent(Value),
}

/// What a field is made of.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A scalar.
    Value(Value),
    /// A copy of a place.
    Place(Place),
}

impl Part {
    /// The place, if it is one.
    pub fn place(self) -> Option<Place> {
        match self {
            Part::Place(p) => Some(p),
            Part::Value(_) => None,
        }
    }
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A scalar or opaque value, by value.
    Value(Value),
    /// A reference to a scalar: `&x`.
    ValueRef(Value),
    /// A place, by value, `&` or `&mut`.
    Place(Place, Mode),
    /// A passive argument, verbatim: `again` if it is a shared reference, which may be passed a second time.
    Opaque {
        /// The user's tokens.
        code: TokenStream,
        /// The variables they read.
        reads: Vec<Read>,
        /// Whether it may be evaluated again in the reverse sweep (`&cfg`, `cfg` with `cfg: &Config`).
        again: bool,
        /// Whether the callee may write to what it refers to (`&mut rng`): nothing active, then.
        lent: bool,
    },
}

impl Arg {
    /// A passive argument that the callee doesn't write to.
    pub fn passive(code: TokenStream, reads: Vec<Read>, again: bool) -> Arg {
        Arg::Opaque { code, reads, again, lent: false }
    }

    /// What stands for a passive argument that can't be passed a second time.
    pub fn not_again(&self) -> Arg {
        let lent = matches!(self, Arg::Opaque { lent: true, .. });
        let at = self.span().unwrap_or_else(Span::call_site);
        Arg::Opaque { code: quote::quote_spanned!(at=> ()), reads: Vec::new(), again: false, lent }
    }

    /// Where the user's tokens of a passive argument stand.
    pub fn span(&self) -> Option<Span> {
        let Arg::Opaque { code, .. } = self else { return None };
        code.clone().into_iter().next().map(|t| t.span())
    }

    /// The slot of an argument that has no adjoint.
    pub fn no_slot(&self) -> Slot {
        if matches!(self, Arg::Opaque { lent: true, .. }) { Slot::Lent } else { Slot::Off }
    }
}

/// What the reverse part of a call does with one argument's adjoint.
#[derive(Clone, Debug)]
pub enum Slot {
    /// None wanted: a literal or a passive argument.
    Off,
    /// None wanted, of what the callee may write to: it must have none to give.
    Lent,
    /// A scalar argument: its contribution is a result of the statement, in order.
    Scalar,
    /// Adds into this place.
    Place(Place),
}

/// The seed of the reverse part of a call.
#[derive(Clone, Debug)]
pub enum Seed {
    /// The adjoint of a scalar result.
    Value(Value),
    /// The adjoint of an aggregate result.
    Place(Place),
    /// The callee returns `()`.
    Unit,
}

/// The tangents of a call.
#[derive(Clone, Debug)]
pub struct Along {
    /// One per argument; `None` where the argument is passive.
    pub tangents: Vec<Option<Arg>>,
    /// The tangent of the result, where that is a place.
    pub ret: Option<Place>,
}

/// What goes back through the tangents of a call.
#[derive(Clone, Debug)]
pub struct AlongBack {
    /// The adjoint of the result's tangent.
    pub seed: Seed,
    /// What happens to the adjoint of each argument's tangent; their scalars follow those of the arguments.
    pub slots: Vec<Slot>,
}

impl Along {
    /// The arguments that are tangents.
    pub fn args(&self) -> impl Iterator<Item = &Arg> {
        self.tangents.iter().flatten()
    }

    /// The same, to change them.
    pub fn args_mut(&mut self) -> impl Iterator<Item = &mut Arg> {
        self.tangents.iter_mut().flatten()
    }
}

/// What callees are stood in for by, where they have not what a call looks for, exists for up to so many arguments.
pub const STAND_INS: usize = 12;

/// Whom a call goes to.
#[derive(Clone, Debug)]
pub struct Callee {
    /// The path as written, turbofish included.
    pub path: syn::Path,
    /// The last segment's text: what the interpreter looks up.
    pub name: String,
    /// It is called as a method of its first argument.
    pub method: bool,
    /// It is a function-valued parameter, and this is its form.
    pub function: Option<std::rc::Rc<crate::functions::Function>>,
    /// It is an operator of a struct of the user's, or an operation of a type of linear algebra; `function` says how its
    /// operands are passed.
    pub operator: Option<Operator>,
    /// It is a function of the module around the program, as far as that is seen.
    pub own: bool,
    /// The module of its own name that it stands in, as far as that is seen.
    pub of_module: Option<syn::Path>,
    /// The user says what type the result has, where nothing else may: then companions say it too.
    pub typed: bool,
    /// Which of its parameters are slices, as far as it is in sight.
    pub slices: Vec<bool>,
    /// Its body is in sight, and notes nothing down of what it is given.
    pub harmless: bool,
    /// Its forward part is called although nothing is pulled back through it: so that it has to have one.
    pub asked: bool,
    /// How the callee's `Option` or `Result` is taken off, if it returns one. It is so of the forward part as well.
    pub taken: Option<Taken>,
}

/// An operation whose handle is found by the types of its operands.
#[derive(Clone, Debug)]
pub enum Operator {
    /// `a + b`, by the name that `std::ops` has for it.
    Sign(&'static str),
    /// `a.dot(b)`
    Method {
        /// What it is called.
        name: Ident,
        /// Whether its value is that of its rule, because the user's own is of another type.
        by_rule: bool,
        /// Whether its value is an `Option`.
        fallible: bool,
    },
    /// `Vector3::new(x, y, z)`: the type, the name, and whether its arguments are handed over as one array.
    Function(TokenStream, Ident, bool),
}

/// What follows a call up to the value in its `Option` or `Result`: `?`, `.expect("…")`, `.map_err(…)?`. It is run
/// once, right after the call, and leaves the function or panics where the user's does.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The user's tokens.
    pub code: TokenStream,
    /// What they read of the variables that the compiler tracks.
    pub reads: Vec<Read>,
    /// What is done after them.
    pub ending: Ending,
}

/// See [`Taken`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Nothing: the value is out.
    Out,
    /// An `Err` is returned as it is, without the conversion that `?` makes.
    HandedOn,
    /// The result is two parts of a place of unknown type: the value (any, if there is none), and whether there is
    /// one.
    Apart,
    /// The same of a struct, which is not there if there is none.
    ApartLater,
    /// The call is made once more, and its result was there before.
    Again,
}

impl Ending {
    /// Whether there may be no result.
    pub fn is_apart(self) -> bool {
        matches!(self, Ending::Apart | Ending::ApartLater)
    }
}

impl Callee {
    /// The function that a path leads to.
    pub fn new(path: syn::Path) -> Callee {
        let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        Callee {
            path,
            name,
            method: false,
            function: None,
            operator: None,
            own: false,
            of_module: None,
            typed: false,
            slices: Vec::new(),
            harmless: false,
            asked: false,
            taken: None,
        }
    }

    /// The same for the reverse part, which has a result to take apart only in that there may be none.
    pub fn reverse_part(&self) -> Callee {
        let apart = self.taken.as_ref().filter(|t| t.ending.is_apart());
        let taken = apart.map(|t| Taken { code: TokenStream::new(), reads: Vec::new(), ending: t.ending });
        Callee { taken, ..self.clone() }
    }

    /// The same for a call that is made once more: what stood behind it has been done.
    pub fn once_more(&self) -> Callee {
        let again = |_: &Taken| Taken { code: TokenStream::new(), reads: Vec::new(), ending: Ending::Again };
        Callee { taken: self.taken.as_ref().map(again), ..self.clone() }
    }

    /// Whether there may be no result.
    pub fn is_apart(&self) -> bool {
        self.taken.as_ref().is_some_and(|t| t.ending.is_apart())
    }

    /// Whether its result is a struct that may not be there.
    pub fn is_apart_later(&self) -> bool {
        self.taken.as_ref().is_some_and(|t| t.ending == Ending::ApartLater)
    }

    /// Whether it is the function of this name itself, by its path: `f`, `self::f`.
    pub fn is_of(&self, name: &str) -> bool {
        let own = self.path.segments.iter().rev().skip(1).all(|s| s.ident == "self");
        own && !self.method
            && self.function.is_none()
            && self.name.trim_start_matches("r#") == name.trim_start_matches("r#")
    }
}

/// A variable that opaque tokens read.
#[derive(Clone, Debug)]
pub struct Read {
    /// As the tokens say it.
    pub ident: Ident,
    /// What it stands for at this point.
    pub source: ReadOf,
}

/// See [`Read`].
#[derive(Clone, Debug)]
pub enum ReadOf {
    /// An SSA value.
    Value(Value),
    /// A reference to the SSA value (the parameter was `&f64`).
    ValueRef(Value),
    /// A place.
    Place(Place),
    /// A tuple of these.
    Tuple(Vec<ReadOf>),
}

/// How opaque code is placed.
#[derive(Clone, Debug)]
pub enum OpaqueKind {
    /// An expression: one result, or none if it is run for its effect.
    Expr(TokenStream),
    /// `let PATTERN: TYPE = INIT;`: declares variables that later opaque code reads by name.
    Let {
        /// Everything between `let` and `=`, type included.
        pattern: TokenStream,
        /// The initialiser; empty for a declaration without one.
        init: TokenStream,
        /// The variables declared.
        declares: Vec<Ident>,
    },
}

/// What running opaque code once more would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// Nobody knows.
    Unknown,
    /// Nothing: all that the code does is to read.
    Nothing,
    /// Nothing but what an iterator hands out next. Its variable is declared by opaque code.
    Moves(Ident),
}

/// An operation. How many results each has stands with it; `0` where nothing is said.
#[derive(Clone, Debug)]
pub enum Op {
    /// One result: a constant.
    Const(Const),
    /// One result: an operation of the rule table on scalars.
    Elem {
        /// Which.
        rule: RuleId,
        /// Its operands, in the table's order.
        args: Vec<Value>,
    },
    /// One result: arithmetic on integers or logic on booleans.
    Int {
        /// Which.
        op: IntOp,
        /// One or two operands.
        args: Vec<Value>,
    },
    /// One result, a `bool`.
    Cmp {
        /// Which.
        op: CmpOp,
        /// The operands.
        args: [Value; 2],
    },
    /// One result: `arg as T`, where `T` is the result's type. Float to float is differentiable.
    Cast(Value),
    /// One result: the operand itself, with a compile-time check that it is a primitive float (of the
    /// result's type, where that is known). Differentiable, with partial 1.
    AssertFloat(Value),
    /// One result: the length of an array, slice or `Vec`, as `usize`.
    Len(Place),
    /// One result: how many values the range has, as `usize`. Never panics.
    Trips(Range),
    /// One result: an element (or with an empty path the whole of a scalar cell or unknown value).
    Load {
        /// From where.
        place: Place,
        /// The path to a scalar.
        path: Vec<Proj>,
        /// In derivative programs: the load of the primal that this one repeats. `verify` and the
        /// interpreter check that it sees the same version.
        again: Option<Value>,
    },
    /// `place[path] = value`
    Store {
        /// To where.
        place: Place,
        /// The path to a scalar.
        path: Vec<Proj>,
        /// What.
        value: Value,
    },
    /// `place[path] += value`
    Accum {
        /// To where.
        place: Place,
        /// The path to a scalar.
        path: Vec<Proj>,
        /// What.
        value: Value,
    },
    /// Makes a local place.
    Alloc {
        /// The place that comes to life.
        place: Place,
        /// Its contents.
        init: Init,
    },
    /// Makes a view: `let v = &base[path]`.
    View {
        /// The place that comes to life.
        place: Place,
        /// What it is a view of.
        base: Place,
        /// Which part.
        path: Vec<Proj>,
    },
    /// `dst = src` for whole aggregates of equal shape (`copy_from_slice` where lengths are dynamic).
    CopyPlace {
        /// To where.
        dst: Place,
        /// From where.
        src: Place,
    },
    /// `dst += src`, elementwise.
    AddPlace {
        /// To where.
        dst: Place,
        /// What.
        src: Place,
    },
    /// Sets all elements to zero.
    Zero(Place),
    /// One result: the sum of all (float) elements.
    SumPlace(Place),
    /// One result: the scalar product of two places of floats, of one length. In which order it is summed is nobody's promise.
    DotPlaces(Place, Place),
    /// Exchanges the contents of two places of one type; `Vec`s of different lengths too.
    Swap {
        /// The one.
        a: Place,
        /// The other one.
        b: Place,
    },
    /// Appends to a `Vec` of arrays or `Vec`s, or appends several elements to a `Vec`.
    Append {
        /// The `Vec`.
        place: Place,
        /// One element, or an array, slice or `Vec` of elements: they are copied.
        src: Place,
        /// How many elements that are; `None` for one element.
        count: Option<Value>,
    },
    /// Changes the length of a `Vec`; new elements are zero.
    Resize {
        /// The `Vec`.
        place: Place,
        /// Its length before.
        from: Value,
        /// Its length afterwards.
        to: Value,
    },
    /// One result, of type [`Ty::Snapshot`]: an owned copy of a place, or a zero of its gradient's type. For places
    /// whose region is left before the reverse sweep needs them.
    Snapshot {
        /// Of what.
        place: Place,
        /// Only its shape is wanted.
        zero: bool,
    },
    /// Appends to a `Vec` or growing buffer.
    Push {
        /// The buffer: `Vec` of the value's type.
        place: Place,
        /// What.
        value: Value,
    },
    /// One result: takes the last element off a growing buffer.
    Pop(Place),
    /// Results: the taken arm's yields.
    If {
        /// A `bool`.
        cond: Value,
        /// If it holds.
        then: Block,
        /// If not.
        els: Block,
    },
    /// Results: the carried values after the last iteration (`inits` if there was none).
    For {
        /// What it runs over.
        range: Range,
        /// The carried values' start.
        inits: Vec<Value>,
        /// `params = [induction variable, carried…]`, `yields = [carried…]`.
        body: Block,
    },
    /// Results: the carried values when the condition first fails.
    While {
        /// The carried values' start.
        inits: Vec<Value>,
        /// `params = [carried…]`, `yields = [bool]`. Effects in it happen each time it is evaluated.
        cond: Block,
        /// `params = [carried…]`, `yields = [carried…]`.
        body: Block,
    },
    /// A call of an annotated function: one result if `ret` is `None` and the callee returns a scalar.
    Call {
        /// Whom.
        callee: Callee,
        /// With what.
        args: Vec<Arg>,
        /// The place that an aggregate (or unknown) result comes to life in.
        ret: Option<Place>,
    },
    /// The forward part of a call: results are those of [`Op::Call`], then the pullback. With tangents: results are
    /// those of [`Op::CallTangent`], then the pullback of value and tangent together.
    CallForward {
        /// Whom.
        callee: Callee,
        /// With what.
        args: Vec<Arg>,
        /// As in [`Op::Call`].
        ret: Option<Place>,
        /// The tangents, if it is the forward part of a tangent call.
        along: Option<Along>,
    },
    /// The reverse part of a call: one result per [`Slot::Scalar`].
    CallReverse {
        /// Whom.
        callee: Callee,
        /// The pullback of the forward part.
        pullback: Value,
        /// The adjoint of the result.
        seed: Seed,
        /// The arguments again (only reference arguments are looked at).
        args: Vec<Arg>,
        /// What happens to each argument's adjoint.
        slots: Vec<Slot>,
        /// The same of the tangents, if it is the reverse part of a tangent call.
        along: Option<AlongBack>,
    },
    /// Both parts of a call at once, where the adjoint of its result is known before it is made: results are the value,
    /// a scalar, then one contribution per [`Slot::Scalar`].
    CallAtOnce {
        /// Whom.
        callee: Callee,
        /// With what.
        args: Vec<Arg>,
        /// The adjoint of the result.
        seed: Value,
        /// What happens to each argument's adjoint.
        slots: Vec<Slot>,
    },
    /// The tangent part of a call (value and tangent at once): results are the value and its tangent.
    CallTangent {
        /// Whom.
        callee: Callee,
        /// With what.
        args: Vec<Arg>,
        /// One per argument: its tangent; `None` where the argument is passive (a structural zero).
        tangents: Vec<Option<Arg>>,
        /// As in [`Op::Call`].
        ret: Option<Place>,
        /// The tangent of `ret`.
        ret_tangent: Option<Place>,
    },
    /// The user's tokens, run once, here. One result if it is an expression whose value is used.
    Opaque {
        /// The tokens.
        kind: OpaqueKind,
        /// What they read of the variables that the compiler tracks.
        reads: Vec<Read>,
        /// What running them once more would change.
        again: Again,
    },
    /// Leaves the function, without a gradient: `return Err(…)`, `panic!(…)`. Last in its block.
    Exit {
        /// The user's tokens, an expression of type `!`.
        code: TokenStream,
        /// As in [`Op::Opaque`].
        reads: Vec<Read>,
    },
}
