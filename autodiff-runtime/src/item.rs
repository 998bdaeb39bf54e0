//! The proof that a call differentiates the function that it calls.
//!
//! A call `f(x)` names a function; its derivative is found through a type of the same name. The two may come
//! from different places (a local function beside a glob-imported type): then this panics before anything is
//! computed, where a gradient would be silently wrong.

use core::any::{TypeId, type_name};

/// Checks that the function item `called` is the `differentiated` one.
#[inline(always)]
#[track_caller]
pub fn check_item<A: 'static, B: 'static>(_called: &A, _differentiated: &B, name: &str) {
    if TypeId::of::<A>() != TypeId::of::<B>() {
        other_item(name, type_name::<A>(), type_name::<B>());
    }
}

/// The same for generic functions, whose type parameters need not be `'static`.
#[inline(always)]
#[track_caller]
pub fn check_generic_item<A, B>(_called: &A, _differentiated: &B, name: &str) {
    if type_name::<A>() != type_name::<B>() {
        other_item(name, type_name::<A>(), type_name::<B>());
    }
}

/// The same for a function that can't be named where it is differentiated, as it takes functions itself. It has the
/// name of its handle, in the same module; what it is generic over follows.
#[inline(always)]
#[track_caller]
pub fn check_named_item<H, A>(_called: &A, name: &str) {
    let (called, handle) = (type_name::<A>(), type_name::<H>());
    let rest = called.strip_prefix(handle);
    if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('<')) {
        other_item(name, called, handle);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn other_item(name: &str, called: &str, differentiated: &str) -> ! {
    panic!(
        "#[backprop]: `{name}` is the function `{called}` here, but the derivative that goes by this name is \
         that of `{differentiated}`; import both from the same module, or put `#[backprop]` on `{called}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(x: f64) -> f64 {
        x
    }
    fn g(x: f64) -> f64 {
        x
    }
    fn id<T>(x: T) -> T {
        x
    }

    #[allow(non_camel_case_types)]
    struct f {}
    #[allow(non_camel_case_types)]
    struct id {}

    #[test]
    fn an_item_goes_by_the_name_of_its_handle() {
        check_named_item::<f, _>(&f, "f");
        check_named_item::<id, _>(&id::<f64>, "id");
    }

    #[test]
    #[should_panic(expected = "`f` is the function")]
    fn an_item_of_another_name_is_not_it() {
        check_named_item::<f, _>(&g, "f");
    }

    #[test]
    fn an_item_is_itself() {
        check_item(&f, &f, "f");
        check_generic_item(&id::<f64>, &id::<f64>, "id");
    }

    #[test]
    #[should_panic(expected = "`f` is the function")]
    fn another_item_is_not() {
        check_item(&g, &f, "f");
    }

    #[test]
    #[should_panic(expected = "`id` is the function")]
    fn another_generic_item_is_not() {
        check_generic_item(&f, &id::<f64>, "id");
    }
}
