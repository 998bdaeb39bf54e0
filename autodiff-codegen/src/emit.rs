//! IR to tokens: the companions of a function as plain Rust, to be read as well as run.
//!
//! A value gets a `let`, what a loop carries a `let mut` under the user's own name, and an expression that is
//! used once is written where it is used, if that keeps the order of everything that can be observed. The
//! arithmetic is that of the program, operation for operation.

use proc_macro2::TokenStream;

use crate::forward::Tangent;
use crate::options::Options;
use crate::reverse::Gradient;
use crate::{check, graph as graphs, hir, ir, jacobian as jacobians, sparse as sparsity};

mod alone;
mod along;
mod at_once;
mod body;
mod borrowed;
mod by_hand;
mod call;
mod callees;
mod checked;
mod companion;
mod control;
mod derived;
mod docs;
mod expr;
mod flows;
mod function;
mod graph;
mod growing;
mod handle;
mod hints;
mod jacobian;
mod lanes;
mod later;
mod layout;
mod memory;
mod methods;
mod opaque;
mod operator;
mod partials;
mod passed;
mod place;
mod rows;
mod scalar;
mod second;
mod sparse;
mod types;
mod variables;

pub use derived::Derived;
pub(crate) use function::is_hidden;
pub use handle::is_in_module_of_its_name;

pub(crate) use companion::run_time;
pub(crate) use opaque::has_braces;

/// The derivative programs of a function, one per companion that it is to have.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// For `NAME_grad`.
    pub grad: Option<Gradient>,
    /// For `NAME_grad_into`.
    pub grad_into: Option<Gradient>,
    /// For `NAME_grad_acc`.
    pub grad_acc: Option<Gradient>,
    /// For the handle that other companions call: seeds as parameters, buffers accumulated into, not fused.
    pub handle: Option<Gradient>,
    /// For the part of the handle that makes value and gradient in one: the same, but fused.
    pub at_once: Option<Gradient>,
    /// The function that the handle is of, if what it is lent by `&mut` is active there, and its program.
    pub called: Option<(hir::Fn, ir::Func)>,
    /// The tangents of that one, for the handle's tangent part.
    pub called_jvp: Option<Tangent>,
    /// For `NAME_vjp`.
    pub vjp: Option<Gradient>,
    /// For `NAME_jvp`.
    pub jvp: Option<Tangent>,
    /// For `NAME_hvp`: the tangent of the value and its gradient.
    pub hvp: Option<Tangent>,
    /// For `NAME_hessian`: the same in lanes, if its columns are to be computed several at once.
    pub hessian: Option<Tangent>,
    /// For the parts of the handle that second derivatives go through: of value and tangent as one function.
    pub second: Option<(hir::Fn, ir::Func, Gradient)>,
    /// For `NAME_jacobian`: its rows and columns, and the program that columns come from.
    pub jacobian: Option<(jacobians::Plan, Option<Tangent>)>,
    /// For `NAME_sparse_jacobian` and `NAME_sparse_hessian`.
    pub sparse: Vec<sparsity::Plan>,
    /// For `NAME_graph`: the graph, and the program that records its numbers.
    pub graph: Option<(graphs::Structure, Gradient)>,
    /// The test that compares the gradient with differences.
    pub test: Option<check::Plan>,
}

impl Programs {
    /// Whether there is a sparse matrix of this kind.
    pub fn has_sparse(&self, of: sparsity::Of) -> bool {
        self.sparse.iter().any(|plan| plan.of == of)
    }

    /// All reverse-mode programs.
    pub fn gradients_mut(&mut self) -> impl Iterator<Item = &mut Gradient> {
        let own = [
            &mut self.grad,
            &mut self.grad_into,
            &mut self.grad_acc,
            &mut self.handle,
            &mut self.at_once,
            &mut self.vjp,
        ];
        let second = self.second.as_mut().map(|(_, _, g)| g);
        own.into_iter().flatten().chain(second).chain(self.graph.as_mut().map(|(_, g)| g))
    }
}

/// Seeds and tangents of what is only a name to the macro have that name as their type: it stands for floats.
pub fn name_types(item: &syn::ItemFn, hir: &hir::Fn, opts: &Options, programs: &mut Programs) {
    let rt = &companion::run_time(opts, crate::names::emitted(item.sig.ident.span()));
    if let (true, syn::ReturnType::Type(_, ty)) = (hir.ret_alias, &item.sig.output) {
        let ty = hir.wrap.as_ref().and_then(|_| hir::Wrap::of(ty)).map_or((**ty).clone(), |(_, inner)| inner);
        let gradients = [
            &mut programs.grad,
            &mut programs.grad_into,
            &mut programs.grad_acc,
            &mut programs.handle,
            &mut programs.at_once,
            &mut programs.vjp,
        ];
        for g in gradients.into_iter().flatten() {
            for i in g.seeds.clone() {
                g.func.params[i].ty = quote::quote!(#ty);
            }
        }
    }
    for t in [&mut programs.jvp, &mut programs.called_jvp].into_iter().flatten() {
        let sig = companion::with_tangents(item, hir, rt);
        for (i, _) in hir.functions() {
            if let Some(syn::FnArg::Typed(typed)) = sig.inputs.iter().nth(i) {
                let ty = &typed.ty;
                t.func.params[i].ty = quote::quote!(#ty);
            }
        }
        for (i, j) in t.tangents.clone() {
            if hir.params.get(i).is_some_and(|p| p.alias.is_some()) {
                t.func.params[j].ty = companion::owned_name(&t.func.params[i].ty);
            }
        }
    }
}

/// The companions of `item`, in the order of [`Programs`]' fields.
pub fn companions(
    item: &syn::ItemFn,
    hir: &hir::Fn,
    opts: &Options,
    primal: &ir::Func,
    programs: &Programs,
) -> TokenStream {
    companion::Cx::new(item, hir, opts, primal).all(programs)
}

/// The companions of `item` that other annotated functions are to call, as functions to be annotated.
pub fn derived(
    item: &syn::ItemFn,
    hir: &hir::Fn,
    opts: &Options,
    primal: &ir::Func,
    programs: &Programs,
) -> Vec<Derived> {
    let cx = companion::Cx::new(item, hir, opts, primal);
    let grad = programs.grad.as_ref().and_then(|g| cx.derived_gradient(g, companion::Kind::Grad));
    let vjp = programs.vjp.as_ref().and_then(|g| cx.derived_gradient(g, companion::Kind::Vjp));
    let jvp = programs.jvp.as_ref().and_then(|t| cx.derived_tangent(t));
    [grad, vjp, jvp].into_iter().flatten().collect()
}

/// Any program as a private function of its own: `results`, trees over its yields and places, follow what it
/// returns, as a tuple. `None` if a type in its signature is known to rustc only.
pub fn function(
    func: &ir::Func,
    results: &[ir::Ret],
    name: &str,
    run_time: &TokenStream,
) -> Option<TokenStream> {
    alone::function(func, results, name, run_time)
}
