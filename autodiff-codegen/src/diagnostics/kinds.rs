//! THE table of refusals: one entry each, in three parts. To add one, add its lines, and its case.
//!
//! An entry is `Name: "what is not supported", "why it stands in the way", "what to write instead";`. Holes
//! `{0}`, `{1}`… are filled by the arguments of `Errors::refuse`. Each entry has a case `tests/ui/name.rs`.

macro_rules! refusals {
    ($($kind:ident: $what:literal, $why:literal, $instead:literal;)*) => {
        /// Why a function is refused.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Kind {
            $(#[doc = $what] $kind,)*
        }

        impl Kind {
            /// Every refusal there is.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// The name of the entry.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => stringify!($kind),)* }
            }

            /// What is not supported, why, and what to write instead; with holes.
            fn parts(self) -> [&'static str; 3] {
                match self { $(Kind::$kind => [$what, $why, $instead],)* }
            }
        }
    };
}

refusals! {
    // What the attribute stands on.
    NotAFunction: "the attribute stands on {0}",
        "only a function computes something that has a derivative",
        "{1}";
    Syntax: "this function could not be parsed: {0}",
        "its derivative is made from its text",
        "correct the syntax; if rustc accepts it, move the unusual part into a function of its own, without the attribute";
    UnsafeFn: "an `unsafe fn` can't be differentiated",
        "its companions would have to repeat a safety contract that the compiler can't read",
        "a safe function with an `unsafe` block around the part that needs it";
    AsyncFn: "an `async fn` can't be differentiated",
        "its value comes about while it is suspended and resumed, and the reverse pass would have to run backwards through that",
        "an ordinary function for the arithmetic, called from the `async` one";
    ExternFn: "an `extern` function can't be differentiated",
        "its companions return tuples and `Vec`s, which have no place in a foreign ABI",
        "an ordinary function with the body, and an `extern` one that calls it";
    TraitImpl: "the attribute stands on an `impl` of a trait",
        "its companions would have to stand in the same block, where only the trait's own functions can; only those of operators (`Add`, `Neg`, `MulAssign`, …) and of `Index` are understood",
        "inherent methods or free functions with the attribute, which the trait's functions call";
    InTraitImpl: "the attribute stands on a function of an `impl` of a trait",
        "its companions would have to stand in the same block, where only the trait's own functions can",
        "an inherent method or a free function with the attribute, which this one calls; of an operator (`Add`, `Neg`, `MulAssign`, …), the attribute on the `impl`";
    InTrait: "the attribute stands on a function of a trait",
        "an `impl` may put another function in its place, and the companions would still be made of this one",
        "a free function with the attribute and the body, which this one calls; or methods of the types themselves, in `impl` blocks without a trait";
    OperatorForm: "this form of an operator can't be differentiated",
        "its function is written once more with companions, and what it takes has to be a value or a plain reference",
        "`self`, `mut self`, `&self` or `&mut self`, without a type";
    IndexForm: "this `index` gives something else than a part of `self`",
        "the derivative with respect to an element goes to the same part of the gradient, and where that is has to be seen",
        "`&self.x`, `&self.data[i]`, or a `match` or `if` whose arms are such parts or `panic!(…)`";
    MutSelf: "`mut self` is not supported",
        "who changes it, and when, can't be followed",
        "`self`, and `let mut this = self;` in the body";
    ChangingReceiver: "the method `{0}` is called with an active value on something that may change, or be gone",
        "the reverse pass calls it on the same thing once more, and needs that as it was",
        "call it on a parameter that does not change, or on a variable without `mut`, declared at the top of the body, that owns its value";
    HandedOut: "the method `{0}` hands out a reference into an active value, and is not looked into",
        "a reference has no derivative of its own, and what it refers to takes the place of a call only where the method is one expression such as `&self.data[i * self.cols..]`, its arguments are indices of type `usize`, and it is called on a variable, or a field of one, whose type is written once",
        "the field itself, with the index; or a method of that form";
    PrimitiveName: "a function can't be named `{0}`, like a primitive type",
        "other functions find its derivative through a hidden type of the same name, which would hide the primitive one",
        "another name";
    DerivedOnOther: "`Differentiable` is derived for {0}",
        "a gradient is a value of the same type, and which variant it would be is nothing that a derivative says",
        "a struct of the numbers, with the derive";
    ClonedByHand: "`Clone` of `{0}` is written by hand",
        "derivatives take a clone for a copy, field by field, and what this one does can't be seen",
        "`#[derive(Clone)]` on the struct; and where something else than a copy is meant, a method with `#[backprop]`";
    NoActiveField: "no field of `{0}` is made of floats",
        "a gradient with respect to it would hold nothing",
        "a field of floats, or of a type that derives `Differentiable`; leave the derive out where there is none";
    FieldWithoutDerive: "derivatives don't flow through a field of the type `{0}`, {1} without `#[derive(Differentiable)]`",
        "the gradient of the struct would hold one of the field, and what that is made of, its own type has to say",
        "{2}`#[no_grad]` on the field, where it is a constant";
    BorrowedField: "a field of the type `{0}` can't hold a derivative",
        "a gradient owns its numbers, and a reference has nowhere to keep them",
        "an array, a `Vec` or a `Box`; or `#[no_grad]` on the field, if it is a constant";
    ConstantField: "an active value in a constant field of a struct",
        "a gradient has no entry for the field, so that the value's derivative would be dropped",
        "`backprop::stop_gradient(…)` around the value, or the field without `#[no_grad]`";
    BoxedValue: "an active value in a boxed field of a literal",
        "a box that is made can't be followed to what is in it",
        "a clone of the struct, and an assignment to what is in the box: `*own.field = value`";
    DeriveOption: "this is not understood",
        "the only option is where the crate is",
        "`#[differentiable(crate = path)]`";

    // Options.
    OptionSyntax: "{0} is not understood",
        "the options of `#[backprop(…)]` are `jvp`, `vjp`, `hvp`, `hessian`, `jacobian`, `sparse_jacobian`, `sparse_hessian`, `acc`, `order = 2`, `checkpoint`, `wrt(a, b)`, `name = \"…\"`, `pullback = f`, `tangent = f`, `no_handle`, `recursive`, `associated`, `graph`, `check(x in 0.5..2.0, n = 10)` and `crate = path`, separated by commas",
        "{1}";
    UnknownOption: "`{0}` is not an option",
        "the options of `#[backprop(…)]` are `jvp`, `vjp`, `hvp`, `hessian`, `jacobian`, `sparse_jacobian`, `sparse_hessian`, `acc`, `order = 2`, `checkpoint`, `wrt(a, b)`, `name = \"…\"`, `pullback = f`, `tangent = f`, `no_handle`, `recursive`, `associated`, `graph`, `check(x in 0.5..2.0, n = 10)` and `crate = path`",
        "{1}";
    GraphResult: "`graph` draws the gradient of one float, and `{0}` returns something else",
        "the numbers against the flow are derivatives of one result",
        "a function that returns the number that is meant, which calls `{0}`";
    SecondOrderResult: "`{0}` asks for a second derivative, and `{1}` does not return one float",
        "second derivatives are those of one number",
        "a function that returns the number that is meant; of several results, first derivatives: `{1}_vjp`, or `jvp`";
    SecondOrderCall: "a second derivative can't go through this call",
        "calls that lend something by `&mut` or whose `Option` is looked at (otherwise than by `?`, `unwrap` and their kin), function-valued parameters, and operations of structs and of types of linear algebra have first derivatives, and no second ones yet",
        "a function that returns what it computes, as a float or as something that `?` takes out; or the callee's body in the place of the call";
    Order: "derivatives of order {0} are not built",
        "each order is another program made of the one before, and the second is the last so far",
        "`order = 2`, on each of the functions that are called";
    HessianShape: "`hessian` needs exactly one active parameter that is a float, an array, a slice or a `Vec` of floats, and `{0}` has {1}",
        "its rows and columns are the elements of that parameter",
        "`wrt(x)` beside it, or all of the numbers in one array; or `hvp`";
    NoCheckpoint: "`checkpoint` finds nothing to do in `{0}`",
        "checkpoints are for `for` loops that stand at the top of the body and hand a state from round to round, of floats, integers, arrays and `Vec`s",
        "no `checkpoint`, or the loop in a function of its own, with the option there";
    CheckpointLoop: "the number of rounds of this loop is not known before it runs",
        "checkpoints are spread over the rounds, so that their number has to be known at the start; a `while` may go on, and a `break` or `return` may end a `for`",
        "`for _ in 0..n`, with `n` computed before, and an `if` around what is left to do; or no `checkpoint`";
    CheckpointTwice: "with checkpoints this code would run twice",
        "the rounds of the loop run once more for the way back, and what this code does besides its result can't be known",
        "the value computed before the loop; or no `checkpoint`";
    JacobianShape: "a Jacobian needs one active parameter that is a float, an array, a slice or a `Vec` of floats, and a result of that kind, a tuple of floats, or one `&mut` output, and `{0}` has {1}",
        "its columns are the elements of the one, and its rows those of the other",
        "`wrt(x)` beside it, or all of the numbers in one array; or rows by `{0}_vjp`, columns by `jvp`";
    SparseSizes: "`sparse_{0}` needs sizes that are known when the program is compiled, and for `{1}` {2} is not",
        "which entries there are is found out by then, so that it has to be known how many there could be",
        "arrays, `[f64; 12]` or `[f64; N]` with `const N: usize = 12;` beside the function; for run-time lengths, `{0}`";
    NothingSparse: "`sparse_{0}` of `{1}` would have no columns",
        "`{2}` has no elements, so that there is nothing to differentiate with respect to",
        "a parameter with elements; or no `sparse_{0}`";
    SparseTooLarge: "the entries of `{0}` are too many to be found while the program is compiled",
        "the macro runs the function once, step by step, and this would hold up each build",
        "the function of one part, which is called for each; or products with directions, by `jvp` or `hvp`";
    RunTwice: "`hessian` would run this code once for each column",
        "what it does besides its result can't be known, and a companion does it once",
        "`hvp`, which runs it once; or the value as a parameter";
    NothingToAddTo: "`acc` asks for a companion that adds to buffers, and `{0}` has none",
        "only gradients of a length that is known at run time (slices, `Vec`s) and those of structs are written to buffers of the caller's, and only where the function returns one float",
        "`{0}_grad`, and `+=` on what it returns";
    AttributeTwice: "the attribute stands here twice",
        "each of them would make companions of the same names",
        "one attribute with the options of both: `#[backprop(jvp, hvp)]`";
    DuplicateOption: "the option `{0}` is given twice",
        "the two could contradict each other",
        "give it once";
    BadName: "`{0}` can't be a name",
        "the companions are called `NAME_grad` and so on, and these have to be identifiers",
        "letters, digits and `_`, such as `name = \"loss\"`";
    HandleNeeded: "a function that calls itself can't have the option `no_handle`",
        "the derivative of the inner call is found through the handle, a hidden type of the function's name, which the option leaves out",
        "take the option away, and rename what else has the function's name (a module: `#[path = \"{0}.rs\"] mod {0}_module;`)";
    TangentAlone: "`tangent = …` without `pullback = …`",
        "the function is not looked into where its derivative is written by hand, so that nothing else says what its gradient is",
        "`pullback = …` beside it";
    RuleWithoutTangent: "`jvp` is asked for, and there is no `tangent = …` beside `pullback = …`",
        "the function is not looked into, so that nothing else says how its result changes along a direction",
        "`tangent = NAME`, the name of a function that takes the arguments, the result and the tangents of the active parameters, and returns the tangent of the result";
    RuleWithoutHandle: "a function whose derivative is written by hand can't have the option `no_handle`",
        "its own companions find the rule through the handle, a hidden type of the function's name, which the option leaves out",
        "take the option away, and rename what else has the function's name (a module: `#[path = \"{0}.rs\"] mod {0}_module;`)";
    RuleOutput: "a function whose derivative is written by hand can't have a parameter of the type `{0}`",
        "`pullback` gets the arguments and what the function returned; what it wrote through a `&mut`, and what was there before, are not among them",
        "what is written as part of the result";
    RuleFunction: "a function whose derivative is written by hand can't take the function `{0}`, through whose calls derivatives flow",
        "`pullback` would get a function without its derivative",
        "`#[no_grad]` on the parameter, and where the rule needs its derivative, that as a second one (`df: &dyn Fn(f64) -> f64`)";
    UnknownParameter: "`{0}` is not a parameter",
        "`wrt` lists the active parameters of this function by name",
        "{1}";
    UnknownInCheck: "the option `check` names `{0}`, which is not a parameter",
        "`check` says where the gradient is checked, by the names of the parameters, and of type parameters and constants; beside these, there are `points` and `tolerance`",
        "{1}";
    CheckNeedsValue: "the test that `check` asks for needs a value for `{0}`",
        "only floats and `bool`s are drawn without being asked: an integer may have to fit the lengths of other parameters, and of other types no value is known",
        "{1}";
    CheckNeedsType: "the test that `check` asks for needs to know what `{0}` is",
        "it draws arguments, whose type depends on that",
        "{1}";
    CheckInImpl: "the option `check` can't stand on a function of an `impl` block",
        "the test has to stand outside of the block, where the attribute can't write",
        "a test of your own with `backprop::check::gradient`, or the option on a free function that calls this one";
    WrtWithMarks: "`#[{0}]` can't stand beside `wrt(…)`",
        "each says on its own which parameters are active, and together they could contradict each other",
        "one of the two";

    // Parameters and results.
    BothMarks: "`#[grad]` and `#[no_grad]` stand on the same parameter",
        "it can't be both active and passive",
        "one of the two";
    MarkArguments: "`#[{0}]` takes no arguments",
        "the mark only says whether the parameter is active",
        "`#[{0}]`";
    UnsizedParameter: "a parameter of the type `{0}` has no size",
        "how many numbers there are, only a reference to them says",
        "`&{0}`";
    NoGradientShape: "a parameter of the type `{0}` has to be marked",
        "it mentions a float, so a derivative may flow through it, but there is no gradient of its shape",
        "`#[no_grad]` on the parameter if it is a constant; otherwise floats, or arrays, slices, `Vec`s or tuples of floats, such as a matrix's elements as a slice; `&[Vec<f64>]` or `&[[f64; 3]]` for `&[&[f64]]`";
    GradNotBuilt: "there is no gradient with respect to a parameter of the type `{0}`",
        "gradients are made of floats, arrays, slices, `Vec`s and tuples of floats, and structs with `#[derive(Differentiable)]`",
        "one of these; of a type that is not yours, its numbers as parameters of their own";
    GradOnPassive: "there is no derivative with respect to a parameter of the type `{0}`",
        "its values change in steps, and a derivative is about small changes",
        "a float, or no mark";
    GradOnOutput: "there is no derivative with respect to a parameter of the type `{0}`",
        "what the function writes to it is a result, and what was in it before counts as a constant",
        "a second parameter without `mut` for what comes in";
    UnknownTypeParameter: "the type parameter `{0}` is not known to be a float",
        "only a bound by a trait named `Float`, `Real`, `RealField` or `FloatCore` (or `…Float`, `…Real`) says so, or by one in sight that asks for such a trait, or that `f32` and `f64` are seen to have; or arithmetic such as `Mul<Output = {0}>`, where the signature speaks of no other floats; what other traits stand for can't be seen, nor can the bounds of an `impl` block around the function",
        "`{0}: Float`, or `#[grad]` on a parameter of this type; in an `impl` block, the attribute on the block";
    NoActiveParameter: "this function has no active parameter",
        "there is nothing to differentiate with respect to{0}",
        "a parameter of the type `f64` or `f32`, or an array, slice, `Vec` or tuple of them, that is not marked `#[no_grad]`; `#[grad]` on one of a type that derives `Differentiable`, or of linear algebra";
    NotDerived: "derivatives can't flow through `{0}`, {1}",
        "which of its fields they flow through, and what its gradient is made of, the struct has to say",
        "{2}";
    NoResult: "this function has no result",
        "there is no value to differentiate",
        "return a float, or an array, `Vec` or tuple of floats, or write the result into a `&mut` parameter";
    ResultType: "a result of the type `{0}` can't be differentiated",
        "no derivative is defined for it",
        "a float, an array, `Vec` or tuple of floats, or a struct that derives `Differentiable`, by value; an `Option` or `Result` may be around it";

    // Derivative programs.
    NeverReturns: "this function never returns",
        "there is no value to differentiate",
        "put the attribute on it once it computes something";

    // What active values flow through.
    NotDifferentiated: "{0} that an active value flows through is not supported",
        "a value that depends on an active parameter takes its derivative along, and what this does to it is not known",
        "arithmetic, control flow, iterator chains and closures over floats, arrays, `Vec`s and tuples, and calls of `#[backprop]` functions; code that no active value flows through can be anything";
    ActiveMacro: "the macro `{0}!` around an active value is not supported",
        "only a `macro_rules!` above the function is looked into, and one without `match`, labels and items in it; of \
         others, what becomes of the value's derivative can't be seen",
        "{1}";
    UnsafeBlock: "an `unsafe` block that an active value flows through is not supported",
        "what it does to memory can't be followed, and the way back would have to do it in reverse",
        "indices, slices and iterators, whose checks companions move out of their loops; or a function of its own for the block, whose derivative is written by hand: `#[backprop(pullback = …)]`";
    TraitMethod: "the method `{0}` of a trait is called with an active value",
        "functions of traits have no derivatives: `#[backprop]` can't stand on them, and which type's they are isn't known before the program runs or is compiled",
        "a parameter of a concrete type with `#[backprop]` on its own method, or a function as a parameter, `f: impl Fn(f64) -> f64`; or `backprop::stop_gradient(…)` around arguments that are meant to be constants";
    UnknownMethod: "the method `{0}` is called on or with an active value",
        "its derivative is not known: it is none of those that are understood of floats, arrays, slices, `Vec`s, `Option`s and iterators, or the type of what it is called on is not known",
        "{1}";
    UnreadMethod: "the method `{0}` of a trait of your own is called on or with an active value",
        "what it does to `f32` and `f64` is read off the two `impl`s, where they stand beside the trait, and only if each body is one operation on the method's own arguments, as in `self.sin()`, `f64::sin(self)` or `libm::sin(self)`",
        "the operations themselves, or such methods; for what is made of several, a function with `#[backprop]`";
    OtherImpl: "a method of a trait of your own that derivatives flow through is not the one that was read",
        "the `impl` that was read is there if `{0}`, and that does not hold here; what another one does is not known",
        "an `impl` without `cfg`, in which the bodies may differ by it";
    LinearMethod: "the method `{0}` of the type `{1}` is called on or with an active value",
        "its derivative is not known",
        "a method that is listed in the documentation of `backprop::linear`, or one element after another; if the value is meant to be a constant, `backprop::stop_gradient(…)` around it";
    LinearFunction: "the function `{0}` of a type of linear algebra is called with an active value",
        "its derivative is not known",
        "a function that is listed in the documentation of `backprop::linear`, or one element after another; if the arguments are meant to be constants, `backprop::stop_gradient(…)` around them";
    TypesDiffer: "the types in this statement don't fit each other",
        "each operation is of one type, and there is no derivative before there is one",
        "what rustc says beside this; if it says nothing, this is a bug of `backprop`: please report it with the function";
    TextTrick: "`{0}` reads a float from text in which that of an active value may be",
        "text carries no derivative, so that it would silently be zero",
        "the value itself; if a zero derivative is meant, `backprop::stop_gradient(x)` in what is written";
    BitTrick: "`{0}` makes a float of bits that may be those of an active value",
        "a derivative flows through the bits of one float that are bound once, masked, shifted by a few places or added to; of other ways through integers it is not known what they leave, so that it would silently be zero",
        "`f64::from_bits` of such bits in the function itself, or arithmetic; if a zero derivative is meant, a function of its own without the attribute for the bits, called with `backprop::stop_gradient(x)`";
    LocalCall: "the local `{0}` is called with an active value",
        "which function it stands for, and what that does, can't be seen here",
        "a closure that a `let` of this function gives the name to, or a function with `#[backprop]`, called by its own name; or a parameter such as `f: impl Fn(f64) -> f64` without `#[no_grad]`, for which annotated functions are passed";
    ConstantArgument: "an active value is passed for the `{0}` of a function-valued parameter",
        "derivatives flow through its arguments of floats, and arrays and slices of them, only",
        "the floats as arguments of their own, or `backprop::stop_gradient(…)` around what is meant to be constant";
    PassedOnce: "a function-valued parameter can't be called with this reference",
        "the reverse pass needs what it points to once more, and can't make it again",
        "a variable for what it points to, without `mut`, and a reference to that";
    AssociatedFunction: "`{0}` can't be passed as a function",
        "only free functions have the hidden type that is passed in a companion, and brings the derivative along",
        "a free function with `#[backprop]` that calls it";
    ActiveClosure: "a closure that active values flow through can't be passed to this function",
        "what it captures would be a constant there, unless the function's body can stand in the place of the call; and that is out of sight, calls itself, or means something else here",
        "the function in the same module, its body without `?`, items, macros of your own, text with variables in it and names that mean something else here; or a free function with `#[backprop]` in the place of the closure, and what that captures as arguments of both";
    LookedIntoClosure: "the closure or iterator `{0}`, which active values flow through, is used by code that is copied as it is",
        "what it does is put where it is used, so that nothing of that name is left",
        "a use of it on its own, in a `let`; or a function with `#[backprop]`";
    MovedState: "a `move` closure that active values flow through changes its own copy of `{0}`",
        "that copy lives on from call to call, which is not followed",
        "a closure without `move`, or a variable of the function that each call assigns to";
    LeftOut: "`{0}` is called with an active value, and has no companions",
        "it can't be differentiated as it stands: {1}",
        "mend that (the attribute on `{0}` itself shows the whole error), or put `backprop::stop_gradient(…)` around the arguments if they are meant to be constants";
    LeftOutOperator: "the operator of `{0}` has an active operand, and no derivative",
        "it can't be differentiated as it stands: {1}",
        "mend that (an error at the `impl`, or the attribute on it, shows the whole of it), or put `backprop::stop_gradient(…)` around the operands if they are meant to be constants";
    ArgumentCount: "`{0}` takes {1}, and is called with {2}",
        "a derivative belongs to each of them, so that none can be made of this call",
        "one argument for each parameter";
    StdFunction: "`{0}` is called with an active value",
        "what becomes of the value there is out of sight, and the function of `std` has no derivative",
        "the value itself, in a variable; or `backprop::stop_gradient(…)` around it, if it is meant to be constant";
    NotAnnotated: "the call of `{0}` with an active value has no derivative: no `#[backprop]` stands on this function",
        "a derivative flows into the call, and what the function does to it can't be seen from here",
        "`#[backprop]` on the function; or `backprop::stop_gradient(…)` around the arguments if they are meant to be constants";
    QualifiedCall: "a function is called by a qualified path with an active value",
        "which function it stands for is not in the path, so its companion can't be found",
        "the function's own path, or method syntax on a float";
    Constructor: "`{0}(…)` around an active value is not supported",
        "derivatives flow through structs with `#[derive(Differentiable)]`, and this is none that the macro can see",
        "the derive on the struct, and braces where the struct is out of sight: `{0} { 0: x }`; or the float itself, an array or a tuple";
    OptionArgument: "an `Option` of an active value can't be an argument of this function",
        "calls pass floats, arrays, slices, tuples of floats of one width, and references to them",
        "the float as the argument, and a `bool` for whether it is there; in the place of a function of `std`, a loop";
    TupleArgument: "a tuple of active values and others can't be an argument",
        "calls pass floats, arrays, slices, tuples of floats of one width, and references to them",
        "the parts as arguments of their own";
    Field: "this field of an active value is not supported",
        "what it is part of is no struct and no tuple",
        "an index, or a struct with `#[derive(Differentiable)]`";
    ChangedOutOfSight: "the active variable `{0}` is changed where it can't be followed",
        "code that is not looked into (a macro, or a closure, pattern or method that is not understood) assigns to it or borrows it mutably, and what that does to its derivative is not known",
        "plain assignments to it";
    ConstantParameter: "an active value is written to `{0}`, a parameter that no derivative flows through",
        "where it is read again, its derivative would be lost",
        "a variable of the function's own for it; `backprop::stop_gradient(…)` around what is only kept in `{0}`; or `#[grad]` on `{0}`, if its type derives `Differentiable`";
    UnknownStart: "the active variable `{0}` starts as something that is not looked into",
        "what active values are written to has to be a number, or an array, `Vec` or tuple of known form",
        "`[0.0; 3]`, `vec![0.0; n]` or `Vec::new()`; maps and queues of active values as `Vec`s with indices";
    HiddenVariable: "`{0}` is read after an inner block declared another `{0}`",
        "passive code is copied into the companions, where the inner variable would hide the outer one",
        "two different names";
    Escape: "`return`, `?`, `break` or `continue` can't stand inside of code that is copied as it is",
        "in a companion it would leave another construct than in the function",
        "a statement of its own for what may leave, such as `if … { return … }`";

    MacroInside: "a macro that is not one of `std`'s can't stand here, inside of an expression",
        "macros are not looked into, and one may be a place that is changed, or `return`, or leave a loop: in a companion it would leave another construct than in the function",
        "a function or a constant in its place; as a value of its own, as the condition of an `if`, or as a statement, a macro is understood";

    // Control flow.
    ReturnInside: "`return`, `break` or `continue` can't stand here, inside of an expression",
        "what has been evaluated of the expression before would have to be kept, and its form is not known",
        "a `let` or an `if` statement that leaves, before the expression";
    JumpValue: "a value of unknown type can't be carried past a `return`, `break` or `continue`",
        "where the jump is taken, some other value has to stand for it",
        "a `let` with the type written out, or no value";
    SetOnTheWay: "`{0}` is declared without a value, and set where a `return`, `break` or `continue` may be taken",
        "passive code is copied into the companions, where rustc can't see that the variable is set",
        "`let mut {0}` with a first value";
    Iterator: "active values flow through a loop over something else than a range, an array, a slice or a `Vec`",
        "what it hands out, and in which order, is not known",
        "`for i in 0..n` and indices; of iterators, those of ranges, arrays, slices and `Vec`s are understood, with `map`, `zip`, `enumerate`, `filter`, `rev` and their kin";
    CollectionUnknown: "what this `collect` makes of active values is not known",
        "only `Vec`s are understood, and that it is one has to be said here",
        "`collect::<Vec<_>>()`, or `let name: Vec<_> = ….collect();`";
    ArrayUnknown: "what array this makes of active values is not known",
        "its elements get adjoints of their own, and how many there are is left to inference",
        "`std::array::from_fn::<f64, 3, _>(…)`, or `let name: [f64; 3] = …;`";
    AggregateBranch: "an `if` can't choose between mutable references, or values of unknown type",
        "its arms would have to write to one place of known size",
        "assignments to the elements in each arm, or a `let` with the type written out";

    // Values and places.
    Pattern: "this pattern for an active value is not supported",
        "variables, `_`, numbers, ranges, and tuple, array and reference patterns of them are looked into; `name @ ..` has to be part of a slice, or of an array whose length is a number",
        "a plain variable, and its parts by index or field";
    ActivePattern: "an active value is matched by a pattern that is not looked into",
        "which parts of it the variables stand for is not known",
        "variables, `_`, numbers, ranges, and tuple, array and reference patterns of them";
    EffectInPattern: "a guard assigns to an active variable beside patterns that are not looked into",
        "patterns and guards are copied into the companions as they are, where what happens to its derivative can't be followed",
        "the assignment in the arm, or before the `match`";
    ChainedPattern: "this is matched by a chain of conditions, and has an effect or is a call",
        "it is evaluated in the condition, and would be evaluated once more where its parts get their names",
        "nested `if let`s";
    NotAScalar: "this is an array, tuple or reference where a number is expected",
        "arithmetic on it would be an operator of its own type, whose derivative is not known",
        "the elements, one by one";
    NotAFloat: "this operator has an active operand, and one that is not a float",
        "its derivative is only known for floats",
        "{0}";
    FloatsOfTwoTypes: "this operator has floats of two types",
        "a type parameter that is marked as active stands for a float; of an operator with another type, which a bound such as `Mul<f64, Output = T>` brings, nothing is known",
        "both operands of the one type (`T: Float`, and `T::from(x)` of what is an `f64`); for structs, a function of the struct itself instead of a type parameter";
    NotAPlace: "this is not known to be an array",
        "where the element comes from can't be followed",
        "a variable whose type says so: `let name: [f64; 3] = …;`";
    Cast: "a cast of an active value to this type is not supported",
        "the type is not known to be a float or an integer",
        "the primitive type by its own name, such as `as f64`";
    NotedDown: "an active value is at hand where something is noted down in `{0}`",
        "what is read there later has no derivative, and whether that is meant can't be seen",
        "`let noted = backprop::stop_gradient(…);` before it, and `noted` in its place; or a parameter `&mut …` for what is kept";
    AssignmentTarget: "an assignment to this is not supported",
        "which memory it changes can't be followed, so that the derivative of what is read there later would be lost",
        "a variable, or an element of an array; `backprop::stop_gradient(…)` around a value that is only noted down there";
    Reassigned: "a branch or loop can't give a variable another mutable reference, or a value of another form",
        "which memory the variable stands for would depend on the way taken",
        "a variable of its own for it, or assignments to the elements";
    MutableScalar: "`&mut` of a single number is not supported",
        "who changes it, and when, can't be followed through the reference",
        "a call as a statement of its own (`f(&mut s, x);`), where `s` begins as a float; assignments to the variable itself; an array of one element";
    MutableTuple: "`&mut` of a tuple is not supported",
        "who changes it, and when, can't be followed through the reference",
        "assignments to its parts, an array, or a function that returns the new parts";
    MutableElement: "a mutable reference can't be an element of an array or `Vec`",
        "which memory is written to through it would depend on the index",
        "a tuple of the references, or assignments to what they refer to";
    MutableSearch: "a mutable reference to what an iterator finds is not supported",
        "which memory is written to through it would depend on the search",
        "the index of what is found (`position`, or `max_by` over `0..n`), and assignments to `rows[i]`";
    LengthOfParameter: "the length of this `Vec` can't change",
        "it is behind a reference, or part of something else, and the buffer for its gradient has the length that it comes with",
        "a `Vec` of the function's own, as a variable; for a log, `#[no_grad]` on it and `backprop::stop_gradient(…)` around what is added";
    OtherResult: "`{0}` is called for something else than floats, with an active value among its arguments",
        "only functions that return floats, or nothing beside what they write through `&mut`, have a derivative",
        "two functions: one with `#[backprop]` for the floats, and one for the rest, which is given `stop_gradient(…)` of active values";
    ResultNotUnderstood: "a result of this form is not supported",
        "its parts can't be told apart",
        "the float, array, `Vec` or tuple itself, or a variable that holds it";

    // Bodies.
    MarkInBody: "`#[{0}]` can't stand here",
        "marks say of parameters whether they are active; in the body, a value is active where an active one flows into it",
        "{1}";
    UnknownMark: "`#[{0}]` is not known",
        "parameters are marked `#[grad]` or `#[no_grad]`, or not at all",
        "`#[{1}]`";
    BodyAttribute: "the attribute `{0}` can't stand here",
        "it may remove or rewrite the code that it stands on after the derivative has been made from that code",
        "put it on the whole function, or use `if cfg!(…) { … }`";
    Configurations: "this function has more than three different `cfg` predicates in its body",
        "the companions are made once for each combination of them, and each predicate doubles their number",
        "`if cfg!(…) { … }` where both ways compile, or functions of their own with `#[cfg(…)]` on them";
    NestedItem: "the item `{0}` can't stand in an inner block",
        "each companion has the body's items at its top, where this one would be seen by code that means another `{0}`",
        "move it to the top of the function or out of it, or give it a name of its own";
    LocalStatic: "a `static` with state can't stand in the body",
        "each companion would have one of its own, instead of sharing the function's",
        "move it out of the function";
    DefiningMacro: "the macro `{0}` declares a variable or an item where it stands",
        "what a macro does besides can't be seen, so that companions run it in a closure, and there such a name would be lost to the code after it",
        "what it declares, written out; or an item that it makes, outside of the function";
    LocalMacro: "a macro defined in the body can't mention the variable `{0}`",
        "what it does to that variable can't be seen where it is used",
        "pass the variable to the macro as an argument, or use a closure or a function";
    GlobImport: "`use …::*` can't stand {0}",
        "it may bring in a name that means something else in this function, and which of the two is meant can't be seen",
        "import by name, or at the top of the file";
    ItemLikeVariable: "an item of the body can't be named `{0}`, like a variable of the function, the function itself, or something in its signature",
        "which of the two is meant can't be seen",
        "another name for one of them";
}

impl Kind {
    /// The whole message, with its holes filled.
    pub fn message(self, args: &[&str]) -> String {
        let [what, why, instead] = self.parts().map(|part| fill(part, args));
        format!("#[backprop]: {what}\n  why: {why}\n  instead: {instead}")
    }

    /// What the message says before its first hole.
    pub fn what_until_hole(self) -> &'static str {
        let [what, ..] = self.parts();
        what.split("{0}").next().unwrap_or(what)
    }

    /// How many holes the entry has.
    pub fn holes(self) -> usize {
        let text = self.parts().concat();
        (0..).take_while(|i| text.contains(&format!("{{{i}}}"))).count()
    }

    /// The name of the entry as a file name: `no_active_parameter`.
    pub fn file_stem(self) -> String {
        let mut stem = String::new();
        for c in self.name().chars() {
            if c.is_ascii_uppercase() && !stem.is_empty() {
                stem.push('_');
            }
            stem.push(c.to_ascii_lowercase());
        }
        stem
    }
}

/// Replaces `{0}`, `{1}`… in one go, so that an argument that looks like a hole stays as it is.
fn fill(part: &str, args: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|i| open + i) else { break };
        out.push_str(&rest[..open]);
        match rest[open + 1..close].parse::<usize>().ok() {
            Some(i) => out.push_str(args.get(i).copied().unwrap_or("…")),
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out + rest
}
