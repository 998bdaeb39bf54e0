//! The proc-macro shell: tokens in, [`autodiff_codegen::expand`], tokens out.

use proc_macro::TokenStream;

#[doc = include_str!("backprop.md")]
#[proc_macro_attribute]
pub fn backprop(attribute: TokenStream, item: TokenStream) -> TokenStream {
    autodiff_codegen::expand(attribute.into(), item.into()).into()
}

#[doc = include_str!("differentiable.md")]
#[proc_macro_derive(Differentiable, attributes(grad, no_grad, differentiable))]
pub fn differentiable(item: TokenStream) -> TokenStream {
    autodiff_codegen::differentiable(item.into()).into()
}
