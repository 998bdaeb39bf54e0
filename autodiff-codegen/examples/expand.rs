//! Prints what `#[backprop]` makes of the functions of a file: `cargo run -p autodiff-codegen --example expand FILE`.

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let file = syn::parse_file(&text).expect("Rust");
    for item in file.items {
        let syn::Item::Fn(mut f) = item else { continue };
        let Some(i) = f.attrs.iter().position(|a| a.path().is_ident("backprop")) else { continue };
        let attr = f.attrs.remove(i);
        let args = match attr.meta {
            syn::Meta::List(l) => l.tokens,
            _ => proc_macro2::TokenStream::new(),
        };
        let out = autodiff_codegen::expand(args, quote::quote!(#f));
        match syn::parse2(out.clone()) {
            Ok(file) => println!("{}", prettyplease::unparse(&file)),
            Err(e) => println!("unparsable ({e}): {out}"),
        }
    }
}
