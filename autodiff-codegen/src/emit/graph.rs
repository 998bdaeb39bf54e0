//! `NAME_graph`: the program with its records, and the graph that they are put into.

use super::body::{Body, Line};
use super::companion::{Cx, Kind};
use super::docs;
use crate::graph::{Structure, recorder};
use crate::reverse::Gradient;
use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

impl Cx<'_> {
    /// `fn f_graph(args…) -> Graph`
    pub(super) fn graph(&self, structure: &Structure, g: &Gradient) -> TokenStream {
        let (span, rt, name) = (self.span, &self.rt, self.name(Kind::Graph));
        let recorder = recorder(span);
        let (forward, reverse) = g.func.body.stmts.split_at(g.split.min(g.func.body.stmts.len()));
        let (params, code) = Body::emit(&g.func, rt, |body| {
            let params = body.signature(span);
            body.stmts(forward);
            body.flush_all();
            body.stmts(reverse);
            let value = body.results(std::slice::from_ref(&g.func.ret), span);
            body.out.push(Line::Code(quote_spanned!(span=> let _ = #(#value)*;)));
            let tail = self.structure(structure);
            (params, self.finish(body, quote_spanned!(span=> #recorder.graph(#tail))))
        });
        let (watches, clusters) = (structure.watches.len(), structure.clusters.len());
        let code = quote_spanned! {span=>
            let #recorder = #rt::graph::Recorder::new(#watches, #clusters);
            #code
        };
        let output = self.wrapped_type(quote_spanned!(span=> #rt::graph::Graph));
        self.function((&name, Kind::Graph), &docs::graph(self), &params, &output, (&g.func, &code))
    }

    /// The graph, as constants.
    fn structure(&self, structure: &Structure) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let option = |n: Option<usize>| match n {
            Some(n) => quote_spanned!(span=> ::core::option::Option::Some(#n)),
            None => quote_spanned!(span=> ::core::option::Option::None),
        };
        let nodes = structure.nodes.iter().map(|node| {
            let kind = Ident::new(node.kind.name(), span);
            let (label, statement, line) = (&node.label, &*node.statement, node.line);
            let (cluster, watch) = (option(node.cluster), option(node.watch));
            let value = match node.value {
                Some(value) => quote_spanned!(span=> ::core::option::Option::Some(#value)),
                None => quote_spanned!(span=> ::core::option::Option::None),
            };
            quote_spanned! {span=>
                (#rt::graph::Kind::#kind, #label, (#statement, #line), #cluster, #watch, #value)
            }
        });
        let edges = structure.edges.iter().map(|edge| {
            let (from, to, flow) = (edge.from, edge.to, Ident::new(edge.flow.name(), span));
            let watch = option(edge.watch);
            quote_spanned!(span=> (#from, #to, #rt::graph::Flow::#flow, #watch))
        });
        let clusters = structure.clusters.iter().map(|cluster| {
            let (label, is_loop, parent) = (&cluster.label, cluster.is_loop, option(cluster.parent));
            quote_spanned!(span=> (#label, #is_loop, #parent))
        });
        let (name, watches) = (&structure.name, structure.watches.iter().map(|c| option(*c)));
        quote_spanned!(span=> #name, &[#(#nodes),*], &[#(#edges),*], &[#(#clusters),*], &[#(#watches),*])
    }
}
