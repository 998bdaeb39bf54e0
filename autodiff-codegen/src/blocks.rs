//! The attribute on an `impl` block or on an inline module: on every function in it that can be differentiated. The
//! others are left alone, unless they have the attribute themselves.

use crate::around::{Around, Block};
use crate::circles::Calls;
use crate::diagnostics::{Errors, Kind};
use crate::fallback::without_marks;
use crate::known::{Known, associated_key};
use crate::options::{self, Options};
use crate::parse::{self, Source};
use crate::pipeline::function;
use crate::surroundings;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::ext::IdentExt;

/// `impl` or `mod`, if the item is one of them.
pub fn keyword(item: &TokenStream) -> Option<&'static str> {
    let mut tokens = item.clone().into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '#' => drop(tokens.next()),
            TokenTree::Group(g) if g.delimiter() == Delimiter::None => return keyword(&g.stream()),
            TokenTree::Ident(ident) if ident == "impl" => return Some("impl"),
            TokenTree::Ident(ident) if ident == "mod" => return Some("mod"),
            TokenTree::Ident(ident) if ident == "pub" || ident == "unsafe" || ident == "default" => {}
            TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis => {}
            _ => return None,
        }
    }
    None
}

/// An `impl` block with companions in it.
pub fn expand_impl(item: syn::ItemImpl, options: &Options, errors: &mut Errors) -> TokenStream {
    check_options(options, errors);
    if item.trait_.is_some() {
        return crate::operators::expand(&item, options, errors);
    }
    let (known, calls) = surroundings::around_block(&item);
    let known = known.with(&[syn::Item::Impl(item.clone())]);
    let mut run = Run {
        options,
        errors,
        known,
        calls,
        module: None,
        annotated: Vec::new(),
        next: 0,
        operators: Vec::new(),
    };
    run.fixpoint(&[syn::Item::Impl(item.clone())]);
    run.impl_block(item)
}

/// A module with companions in it.
pub fn expand_mod(item: syn::ItemMod, options: &Options, errors: &mut Errors) -> TokenStream {
    check_options(options, errors);
    if item.content.is_none() {
        let args = ["a module in a file of its own", "put it on the functions inside, each for itself"];
        errors.refuse(Kind::NotAFunction, item.mod_token.span, &args);
        return item.to_token_stream();
    }
    let around = surroundings::around_module(&item);
    module(item, options, errors, around.as_ref().map(Outer::File))
}

/// The functions without an attribute among the items of a body, with their companions: they are in sight, as those of a
/// block or module are. `known` is told of the others why they have none. What the body mentions keeps its meaning.
pub fn expand_inside(
    items: &[TokenStream],
    body: &TokenStream,
    options: &Options,
    known: &mut Known,
) -> Vec<(String, TokenStream)> {
    let parsed: Vec<syn::Item> = items.iter().filter_map(|item| syn::parse2(item.clone()).ok()).collect();
    if !parsed.iter().any(|item| matches!(item, syn::Item::Fn(_))) {
        return Vec::new();
    }
    let mut taken = names_taken(&parsed);
    crate::names::each_ident(body, &mut |ident| {
        let word = ident.unraw().to_string();
        taken.extend(COMPANIONS.split(' ').any(|suffix| word.ends_with(suffix)).then_some(word));
    });
    // Code of a function's own names it by `self::` where something of ours, or a parameter, has its name; and one of the
    // module's may be meant by what is imported.
    let obstacle = |f: &syn::ItemFn| {
        let name = f.sig.ident.unraw().to_string();
        let mut companions = COMPANIONS.split(' ').map(|suffix| format!("{name}{suffix}"));
        if f.sig.inputs.iter().any(|input| parse::plain_name(input).as_ref() == Some(&name)) {
            Some("a parameter of it has its name")
        } else if crate::emit::is_hidden(&name) {
            Some("companions have variables of its name; another name will do")
        } else if options.around.known.has_function(&name) {
            Some("there is a function of its name around this one; another name will do")
        } else if companions.any(|name| taken.contains(&name)) || taken.contains(&name) {
            Some("something else has its name, or that of a companion of it")
        } else {
            None
        }
    };
    let mut plain: Vec<syn::Item> = Vec::new();
    for item in parsed {
        if let syn::Item::Fn(f) = &item
            && !f.attrs.iter().any(crate::known::is_backprop)
        {
            match obstacle(f) {
                Some(why) => drop(known.leave_out(&f.sig.ident.unraw().to_string(), why)),
                None => plain.push(item),
            }
        }
    }
    let (mut errors, options) = (Errors::new(), options.inside());
    let mut run = Run {
        options: &options,
        errors: &mut errors,
        known: known.clone(),
        calls: Calls::default(),
        module: None,
        annotated: Vec::new(),
        next: 0,
        operators: Vec::new(),
    };
    run.fixpoint(&plain);
    let mut made = Vec::new();
    for (function, out) in functions(&plain).into_iter().zip(run.annotated) {
        let Some((companions, errors)) = out else { continue };
        drop(errors.into_tokens());
        match run.known.left_out(&function.key) {
            Some(why) => drop(known.leave_out(&function.key, why)),
            None => made.push((function.key, companions)),
        }
    }
    drop(errors.into_tokens());
    made
}

/// What the names of companions end in.
const COMPANIONS: &str = "_grad _grad_into _vjp _jvp";

/// Options that speak of one function.
fn check_options(options: &Options, errors: &mut Errors) {
    if let Some(ident) = options.wrt.iter().flatten().next() {
        let args = [
            "`wrt` on more than one function",
            "the attribute with `wrt` on the function that it is meant for",
        ];
        errors.refuse(Kind::OptionSyntax, ident.span(), &args);
    } else if let Some(path) = options.pullback.as_ref().or(options.tangent.as_ref()) {
        let args = [
            "a rule for more than one function",
            "the attribute with `pullback` on the function that it is meant for",
        ];
        errors.refuse_tokens(Kind::OptionSyntax, &path.to_token_stream(), &args);
    } else if options.name.is_some() {
        let args = [
            "`name` on more than one function",
            "the attribute with `name` on the function that it is meant for",
        ];
        errors.refuse(Kind::OptionSyntax, proc_macro2::Span::call_site(), &args);
    }
    if let Some(check) = &options.check {
        let args = [
            "`check` on more than one function",
            "the attribute with `check` on the function that it is meant for",
        ];
        errors.refuse(Kind::OptionSyntax, check.span, &args);
    }
}

/// What is known around a module.
enum Outer<'k> {
    /// What the module around it has, of which it sees what it imports.
    Module(&'k Known),
    /// What its file says of what it sees.
    File(&'k Known),
}

fn module(
    mut item: syn::ItemMod,
    options: &Options,
    errors: &mut Errors,
    outer: Option<Outer>,
) -> TokenStream {
    let Some((brace, items)) = item.content.take() else { return item.to_token_stream() };
    let known = match outer {
        Some(Outer::Module(outer)) => {
            let mut known = Known::of(&items);
            imports(&items, &mut known, outer);
            known
        }
        // Its imports have been followed.
        Some(Outer::File(seen)) => {
            seen.clone().with(items.iter().filter(|item| !matches!(item, syn::Item::Use(_))))
        }
        None => Known::of(&items),
    };
    let name = Some(item.ident.unraw().to_string());
    let mut run = Run {
        options,
        errors,
        known,
        calls: Calls::default(),
        module: name,
        annotated: Vec::new(),
        next: 0,
        operators: Vec::new(),
    };
    run.fixpoint(&items);
    let mut content = TokenStream::new();
    for item in items {
        content.extend(run.item(item));
    }
    let mut group = proc_macro2::Group::new(Delimiter::Brace, content);
    group.set_span(brace.span.join());
    let (attrs, vis, unsafety, mod_token, ident) =
        (&item.attrs, &item.vis, &item.unsafety, &item.mod_token, &item.ident);
    let (outer, inner): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| matches!(attr.style, syn::AttrStyle::Outer));
    let content = group.stream();
    let mut with_inner = proc_macro2::Group::new(Delimiter::Brace, quote!(#(#inner)* #content));
    with_inner.set_span(group.span());
    quote!(#(#outer)* #vis #unsafety #mod_token #ident #with_inner)
}

/// What `use super::…` brings in.
pub fn imports(items: &[syn::Item], known: &mut Known, outer: &Known) {
    fn tree(t: &syn::UseTree, known: &mut Known, outer: &Known) {
        match t {
            syn::UseTree::Glob(_) => known.inherit(outer, None),
            syn::UseTree::Name(t) => {
                let name = t.ident.unraw().to_string();
                known.inherit(outer, Some((&name, &name)));
            }
            syn::UseTree::Rename(t) => {
                let (from, to) = (t.ident.unraw().to_string(), t.rename.unraw().to_string());
                known.inherit(outer, Some((&from, &to)));
            }
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| tree(t, known, outer)),
            syn::UseTree::Path(_) => {}
        }
    }
    for item in items {
        if let syn::Item::Use(i) = item
            && let syn::UseTree::Path(path) = &i.tree
            && path.ident == "super"
        {
            tree(&path.tree, known, outer);
        }
    }
}

/// A function of a block or module.
struct Function {
    /// `name`, or `Type::name`.
    key: String,
    tokens: TokenStream,
    block: Option<Rc<Block>>,
}

impl Function {
    fn name(&self) -> &str {
        self.key.rsplit("::").next().unwrap_or(&self.key)
    }
}

/// The functions among the items, in their order.
fn functions(items: &[syn::Item]) -> Vec<Function> {
    let mut out = Vec::new();
    for item in items {
        match item {
            syn::Item::Fn(f) => {
                let key = f.sig.ident.unraw().to_string();
                out.push(Function { key, tokens: f.to_token_stream(), block: None });
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let around =
                    Rc::new(Block { generics: block.generics.clone(), self_ty: (*block.self_ty).clone() });
                for item in &block.items {
                    if let syn::ImplItem::Fn(f) = item {
                        let key = associated_key(&block.self_ty, &f.sig.ident.unraw().to_string());
                        out.push(Function { key, tokens: f.to_token_stream(), block: Some(around.clone()) });
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// One block or module on its way through the compiler.
struct Run<'r> {
    options: &'r Options,
    errors: &'r mut Errors,
    known: Known,
    /// Who calls whom.
    calls: Calls,
    /// The module's name.
    module: Option<String>,
    /// What came out for each function, in their order, with the errors.
    annotated: Vec<Option<(TokenStream, Errors)>>,
    /// The function whose turn it is.
    next: usize,
    /// What came out for each operator that has no attribute of its own, in their order.
    operators: Vec<MadeOperator>,
}

/// An operator with its derivative, or the reasons why it has none.
struct MadeOperator {
    key: (String, String, String),
    title: String,
    out: TokenStream,
    errors: Errors,
    failed: bool,
    /// Whether a function has no derivative for the lack of this one.
    wanted: bool,
}

impl Run<'_> {
    /// Leaves out what can't be differentiated, and whatever calls that, until nothing changes.
    fn fixpoint(&mut self, items: &[syn::Item]) {
        let functions = functions(items);
        functions.iter().for_each(|f| self.calls.add(f.name(), f.tokens.clone()));
        let taken = names_taken(items);
        self.annotated.resize_with(functions.len(), || None);
        // Those that an operator left out may concern: nobody knows by its name who uses it.
        let mut again = true;
        loop {
            let mut changed = false;
            for (i, function) in functions.iter().enumerate() {
                let left = self.annotated[i].as_ref().is_some_and(|(out, _)| out.is_empty());
                if !self.is_settled(i, function) || (again && !left) {
                    changed |= self.attempt(i, function, &taken);
                }
            }
            again = !changed && self.leave_out_operators(items);
            if !changed && !again {
                return;
            }
        }
    }

    /// Makes the derivatives of operators, and notes which of them have none. Whether one more has none than before.
    fn leave_out_operators(&mut self, items: &[syn::Item]) -> bool {
        let blocks: Vec<&syn::ItemImpl> = items.iter().filter_map(|item| self.operator_of(item)).collect();
        let old = std::mem::take(&mut self.operators);
        let mut old = old.into_iter();
        for block in blocks {
            let made = match old.next() {
                Some(made) if made.failed => Some(made),
                Some(made) => {
                    drop(made.errors.into_tokens());
                    self.operator(block)
                }
                None => self.operator(block),
            };
            self.operators.extend(made);
        }
        // By the operands' names alone, an operator of values is none other than that of references.
        let has = |key: &(String, String, String)| self.operators.iter().any(|o| !o.failed && o.key == *key);
        let own: Vec<_> = items.iter().filter_map(with_attribute).collect();
        let without: Vec<_> = self
            .operators
            .iter()
            .filter(|o| o.failed && !has(&o.key) && !own.contains(&o.key))
            .map(|o| (o.key.clone(), o.title.clone(), o.errors.first().unwrap_or(CONFIGURED).to_string()))
            .collect();
        without
            .into_iter()
            .fold(false, |more, (key, title, why)| self.known.leave_out_operator(key, &title, &why) || more)
    }

    /// Makes the companions of a function, or leaves it out, which may concern others.
    fn attempt(&mut self, i: usize, f: &Function, taken: &[String]) -> bool {
        let (own, tokens) = own_attribute(f.tokens.clone(), self.options, self.errors);
        let asked = own.is_some() || has_mark(&tokens);
        let mut options = own.unwrap_or_else(|| Options { check: None, ..self.options.clone() });
        options.around = Around {
            macros: Rc::default(),
            unseen: false,
            associated: f.block.is_some(),
            refusal: None,
            block: f.block.clone(),
            known: Rc::new(self.known.clone()),
            module: self.module.clone(),
            circular: self.calls.is_circular(f.name()),
            whole: true,
        };
        options.handle &= f.block.is_some() || !taken.contains(&f.key);
        let mut errors = Errors::new();
        let out = match Source::parse(tokens, &mut errors) {
            Some(source) => function(&source, &options, &mut errors),
            None => TokenStream::new(),
        };
        // What is missing is said where it is missing: at the operator.
        if !errors.is_empty() && errors.kinds().iter().all(|kind| *kind == Kind::LeftOutOperator) {
            let mut said = false;
            for operator in self.operators.iter_mut().filter(|o| o.failed && errors.mention(&o.title)) {
                (operator.wanted, said) = (true, true);
            }
            if asked && said {
                drop(std::mem::take(&mut errors).into_tokens());
            }
        }
        let collides = ["grad", "vjp"].iter().any(|suffix| taken.contains(&format!("{}_{suffix}", f.key)));
        if !asked && (!errors.is_empty() || collides || has_errors(&out)) {
            let why = errors.first().unwrap_or("another item has the name of its companion").to_string();
            drop(errors.into_tokens());
            self.annotated[i] = Some((TokenStream::new(), Errors::new()));
            return self.known.leave_out(&f.key, &why);
        }
        if let Some((_, old)) = self.annotated[i].replace((out, errors)) {
            drop(old.into_tokens());
        }
        false
    }

    /// Whether another round could not give anything else for a function.
    fn is_settled(&self, i: usize, f: &Function) -> bool {
        let Some((out, _)) = &self.annotated[i] else { return false };
        let mut calls = false;
        crate::names::each_ident(&f.tokens, &mut |ident| {
            calls |= self.known.is_left_out_somewhere(&ident.unraw().to_string());
        });
        out.is_empty() || !calls
    }

    /// An item with what belongs to it.
    fn item(&mut self, item: syn::Item) -> TokenStream {
        match item {
            syn::Item::Fn(f) => self.function(f.to_token_stream()),
            syn::Item::Impl(block) if block.trait_.is_none() => self.impl_block(block),
            syn::Item::Impl(block) if self.is_operator(&block) => self.made_operator(&block),
            syn::Item::Mod(inner) if inner.content.is_some() => {
                let known = self.known.clone();
                module(inner, self.options, self.errors, Some(Outer::Module(&known)))
            }
            other => other.to_token_stream(),
        }
    }

    /// Whether it is an operator of a struct that derivatives flow through, without an attribute of its own.
    fn is_operator(&self, block: &syn::ItemImpl) -> bool {
        let differentiable = |ty: &syn::Type| match ty {
            syn::Type::Reference(t) => {
                matches!(&*t.elem, syn::Type::Path(t) if self.known.is_differentiable(&t.path))
            }
            syn::Type::Path(t) => self.known.is_differentiable(&t.path),
            _ => false,
        };
        let own = block.attrs.iter().any(crate::known::is_backprop);
        let operator = crate::operators::Operator::of(block);
        !own && operator.is_some_and(|o| differentiable(&block.self_ty) || differentiable(o.second()))
    }

    /// Such an `impl`, if an item is one.
    fn operator_of<'i>(&self, item: &'i syn::Item) -> Option<&'i syn::ItemImpl> {
        match item {
            syn::Item::Impl(block) => Some(block).filter(|b| b.trait_.is_some() && self.is_operator(b)),
            _ => None,
        }
    }

    /// Such an `impl` with its derivative, if it has one.
    fn operator(&self, block: &syn::ItemImpl) -> Option<MadeOperator> {
        let operator = crate::operators::Operator::of(block)?;
        let mut options = Options { check: None, ..self.options.clone() };
        (options.around.known, options.around.whole) = (Rc::new(self.known.clone()), true);
        let mut errors = Errors::new();
        let out = crate::operators::expand(block, &options, &mut errors);
        let failed = !errors.is_empty() || has_errors(&out);
        let (key, title) = (operator.key(), operator.title());
        Some(MadeOperator { key, title, out, errors, failed, wanted: false })
    }

    /// The next operator as it came out. Why it has no derivative is said if that is missed.
    fn made_operator(&mut self, block: &syn::ItemImpl) -> TokenStream {
        let own = without_marks(block.to_token_stream());
        if self.operators.is_empty() {
            return own;
        }
        let made = self.operators.remove(0);
        match (made.failed, made.wanted) {
            (true, true) if made.errors.is_empty() => made.out,
            (true, true) => {
                self.errors.append(made.errors);
                own
            }
            (true, false) => {
                drop(made.errors.into_tokens());
                own
            }
            (false, _) => made.out,
        }
    }

    fn impl_block(&mut self, mut block: syn::ItemImpl) -> TokenStream {
        let items = std::mem::take(&mut block.items);
        let mut content = TokenStream::new();
        for item in items {
            match item {
                syn::ImplItem::Fn(f) => content.extend(self.function(f.to_token_stream())),
                other => other.to_tokens(&mut content),
            }
        }
        // The block without items ends in its braces.
        let mut head: Vec<TokenTree> = block.to_token_stream().into_iter().collect();
        let mut group = proc_macro2::Group::new(Delimiter::Brace, content);
        if let Some(TokenTree::Group(braces)) = head.pop() {
            let inner = braces.stream();
            let content = group.stream();
            group = proc_macro2::Group::new(Delimiter::Brace, quote!(#inner #content));
            group.set_span(braces.span());
        }
        head.push(TokenTree::Group(group));
        head.into_iter().collect()
    }

    /// A function with its companions; its errors are the caller's.
    fn function(&mut self, tokens: TokenStream) -> TokenStream {
        // Its errors have been reported when it was read first.
        let mut known = Errors::new();
        let (_, tokens) = own_attribute(tokens, self.options, &mut known);
        drop(known.into_tokens());
        let mut out = without_marks(tokens);
        let made = self.annotated.get_mut(self.next).and_then(Option::take);
        self.next += 1;
        if let Some((companions, errors)) = made {
            out.extend(companions);
            self.errors.append(errors);
        }
        out
    }
}

/// The options of a function's own attribute, and the function without it.
fn own_attribute(
    tokens: TokenStream,
    options: &Options,
    errors: &mut Errors,
) -> (Option<Options>, TokenStream) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let mut own = None;
    let mut out = Vec::new();
    let mut i = 0;
    while i < all.len() {
        if let (TokenTree::Punct(hash), Some(TokenTree::Group(group))) = (&all[i], all.get(i + 1))
            && hash.as_char() == '#'
            && let Ok(meta) = syn::parse2::<syn::Meta>(group.stream())
            && meta.path().segments.last().is_some_and(|s| s.ident == "backprop")
        {
            let arguments = match meta {
                syn::Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            let mut parsed = options::parse(arguments, errors);
            parsed.jvp |= options.jvp;
            parsed.vjp |= options.vjp;
            parsed.acc |= options.acc;
            parsed.hvp |= options.hvp;
            parsed.hessian |= options.hessian;
            parsed.jacobian |= options.jacobian;
            parsed.sparse_jacobian |= options.sparse_jacobian;
            parsed.sparse_hessian |= options.sparse_hessian;
            parsed.second |= options.second;
            parsed.checkpoint |= options.checkpoint;
            parsed.recursive |= options.recursive;
            parsed.graph |= options.graph;
            if parsed.crate_path == Options::default().crate_path {
                parsed.crate_path = options.crate_path.clone();
            }
            own = Some(parsed);
            i += 2;
            continue;
        }
        out.push(all[i].clone());
        i += 1;
    }
    (own, out.into_iter().collect())
}

/// Whether a parameter is marked as active: then its function is meant to have a gradient.
fn has_mark(tokens: &TokenStream) -> bool {
    let Ok(f) = syn::parse2::<syn::ImplItemFn>(tokens.clone()) else { return false };
    f.sig.inputs.iter().any(|input| {
        let (syn::FnArg::Typed(syn::PatType { attrs, .. })
        | syn::FnArg::Receiver(syn::Receiver { attrs, .. })) = input;
        attrs.iter().any(|attr| attr.path().segments.last().is_some_and(|s| s.ident == "grad"))
    })
}

/// The names of a module's items, functions aside: a handle can't have one of them.
fn names_taken(items: &[syn::Item]) -> Vec<String> {
    let functions = |item: &&syn::Item| !matches!(item, syn::Item::Use(_));
    let mut taken = Vec::new();
    for item in items.iter().filter(functions) {
        let names = parse::defined_names(item).into_iter().map(|ident| ident.unraw().to_string());
        match item {
            syn::Item::Impl(block) => {
                let functions = block.items.iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(f) => Some(f.sig.ident.unraw().to_string()),
                    _ => None,
                });
                taken.extend(functions.map(|name| associated_key(&block.self_ty, &name)));
            }
            // A function takes only the names of others' companions.
            syn::Item::Fn(_) => {
                taken.extend(names.filter(|name| name.ends_with("_grad") || name.ends_with("_vjp")))
            }
            _ => taken.extend(names),
        }
    }
    taken
}

/// The operator of an `impl` with an attribute of its own, which reports its errors itself.
fn with_attribute(item: &syn::Item) -> Option<(String, String, String)> {
    let syn::Item::Impl(block) = item else { return None };
    let own = block.attrs.iter().any(crate::known::is_backprop);
    crate::operators::Operator::of(block).filter(|_| own).map(|operator| operator.key())
}

/// Why an operator has no derivative, if only its configurations know.
const CONFIGURED: &str = "one of its configurations has an error";

/// Whether what came out reports an error in one of its configurations.
fn has_errors(out: &TokenStream) -> bool {
    let mut found = false;
    crate::names::each_ident(out, &mut |ident| found |= ident == "compile_error");
    found
}
