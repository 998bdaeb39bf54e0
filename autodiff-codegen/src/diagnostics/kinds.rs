//! THE table of refusals: one entry each, in three parts.
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
    NotAFunction: "`#[backprop]` stands on {0}",
        "only a function computes something that has a derivative",
        "{1}";
    Syntax: "this function could not be parsed: {0}",
        "its derivative is made from its text",
        "correct the syntax; if rustc accepts it, move the unusual part into a function of its own, without the attribute";
    UnsafeFn: "an `unsafe fn`",
        "its companions would have to repeat a safety contract that the compiler can't read",
        "a safe function with an `unsafe` block around the part that needs it";
    AsyncFn: "an `async fn`",
        "its value comes about while it is suspended and resumed, and the reverse pass would have to run backwards through that",
        "an ordinary function for the arithmetic, called from the `async` one";
    ExternFn: "an `extern` function",
        "its companions return tuples and `Vec`s, which have no place in a foreign ABI",
        "an ordinary function with the body, and an `extern` one that calls it";
    Method: "a method or an associated function",
        "its companions would stand in the `impl` block, where the item that lets other functions call them can't stand",
        "a free function that takes what it needs as parameters, called from the method";
    PrimitiveName: "a function named `{0}`, like a primitive type",
        "other functions find its derivative through a hidden type of the same name, which would hide the primitive one",
        "another name";

    // Options.
    OptionSyntax: "{0}",
        "the options of `#[backprop(…)]` are `jvp`, `vjp`, `wrt(a, b)`, `name = \"…\"` and `crate = path`, separated by commas",
        "{1}";
    UnknownOption: "an option `{0}`",
        "there is none of that name",
        "{1}";
    OptionNotBuilt: "the option `{0}`",
        "it is not built yet",
        "{1}";
    DuplicateOption: "the option `{0}` a second time",
        "the two could contradict each other",
        "give it once";
    BadName: "`{0}` as a name",
        "the companions are called `NAME_grad` and so on, and these have to be identifiers",
        "letters, digits and `_`, such as `name = \"loss\"`";
    UnknownParameter: "a parameter `{0}`",
        "`wrt` lists parameters of this function by name, and there is none of that name",
        "{1}";
    WrtWithMarks: "`#[{0}]` on a parameter beside `wrt(…)`",
        "each says on its own which parameters are active, and together they could contradict each other",
        "one of the two";

    // Parameters and results.
    BothMarks: "`#[grad]` and `#[no_grad]` on one parameter",
        "it can't be both active and passive",
        "one of the two";
    MarkArguments: "arguments of `#[{0}]`",
        "the mark only says whether the parameter is active",
        "`#[{0}]`";
    NoGradientShape: "a parameter of the type `{0}`",
        "it mentions a float, so a derivative may flow through it, but there is no gradient of its shape",
        "`#[no_grad]` on the parameter if it is constant, or floats, arrays, slices and tuples of floats";
    GradNotBuilt: "a derivative with respect to a parameter of the type `{0}`",
        "gradients of user types are not built yet",
        "floats, arrays, slices and tuples of floats as parameters, filled from the fields by the caller";
    GradOnPassive: "a derivative with respect to a parameter of the type `{0}`",
        "a change of it is not a small one, so there is no derivative",
        "a float, or no mark";
    GradOnOutput: "a derivative with respect to a parameter of the type `{0}`",
        "what the function writes to it is a result, and what was in it before counts as a constant",
        "a second parameter without `mut` for what comes in";
    NoActiveParameter: "a function without an active parameter",
        "there is nothing to differentiate with respect to",
        "a parameter of the type `f64` or `f32`, or an array, slice or tuple of them, that is not marked `#[no_grad]`";
    NoResult: "a function that returns nothing",
        "there is no value to differentiate",
        "return a float, or an array or tuple of floats, or write the result into a `&mut` parameter";
    ResultType: "a result of the type `{0}`",
        "no derivative is defined for it",
        "a float, or an array, `Vec` or tuple of floats";
    FallibleResult: "a result of the type `{0}`",
        "companions that return a `Result` or `Option` are not built yet",
        "return the float; check the arguments before the call, or `assert!` what has to hold";

    // Derivative programs.
    NotYetReversible: "{0}",
        "the reverse sweep can't run backwards through it yet",
        "an array of fixed size, or a `&mut` parameter for the memory";

    // Bodies.
    BodyAttribute: "the attribute `{0}` here",
        "it may remove or rewrite the code that it stands on after the derivative has been made from that code",
        "put it on the whole function, or use `if cfg!(…) { … }`";
    NestedItem: "the item `{0}` in an inner block",
        "items of a body are moved to the top of each companion, where this one would be seen by code that means another `{0}`",
        "move it to the top of the function or out of it, or give it a name of its own";
    LocalStatic: "a `static` with state in the body",
        "each companion would have one of its own, instead of sharing the function's",
        "move it out of the function";
    LocalMacro: "a macro defined in the body that mentions the variable `{0}`",
        "what it does to that variable can't be seen where it is used",
        "pass the variable to the macro as an argument, or use a closure or a function";
    GlobImport: "a `use …::*` in the body, together with {0}",
        "it may bring in a constant of the same name as a variable, and which of the two is meant can't be seen",
        "import by name, or at the top of the file";
    ItemLikeVariable: "an item named `{0}`, like a variable of this function",
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
