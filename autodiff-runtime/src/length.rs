//! The only panics that a companion has and the user's function has not: buffers, seeds and tangents of a
//! wrong length. They are checked before anything is computed.

/// Checks the length of a gradient buffer of `function`. A `parameter` that is a pattern has no name: then this
/// is its position, counted from 1.
#[inline(always)]
#[track_caller]
pub fn check_buffer(function: &str, parameter: &str, expected: usize, found: usize) {
    if expected != found {
        wrong_length("the gradient buffer", function, parameter, expected, found);
    }
}

/// Checks the length of a tangent of `function`; see [`check_buffer`].
#[inline(always)]
#[track_caller]
pub fn check_tangent(function: &str, parameter: &str, expected: usize, found: usize) {
    if expected != found {
        wrong_length("the tangent", function, parameter, expected, found);
    }
}

/// Checks the length of a seed of `function`: that of a `&mut` parameter (see [`check_buffer`]), or with an
/// empty name that of the returned value.
#[inline(always)]
#[track_caller]
pub fn check_seed(function: &str, parameter: &str, expected: usize, found: usize) {
    if expected != found {
        wrong_length("the seed", function, parameter, expected, found);
    }
}

/// Checks the length of what a rule that is written by hand returned: the gradient of a parameter (see
/// [`check_buffer`]), or with an empty name the tangent of the returned value.
#[inline(always)]
#[track_caller]
pub fn check_rule(rule: &str, parameter: &str, expected: usize, found: usize) {
    if expected != found {
        let what = if parameter.is_empty() { "the tangent" } else { "the gradient" };
        wrong_length(what, rule, parameter, expected, found);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn wrong_length(what: &str, function: &str, parameter: &str, expected: usize, found: usize) -> ! {
    match (parameter.is_empty(), parameter.starts_with(|c: char| c.is_ascii_digit())) {
        (true, _) => panic!(
            "`{function}`: {what} of the returned value has length {found}, but the value has length {expected}"
        ),
        (_, true) => panic!(
            "`{function}`: {what} of parameter {parameter} has length {found}, but the parameter has length {expected}"
        ),
        _ => panic!(
            "`{function}`: {what} of `{parameter}` has length {found}, but `{parameter}` has length {expected}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lengths_pass() {
        check_buffer("f_grad_into", "w", 3, 3);
        check_tangent("f_jvp", "w", 0, 0);
        check_seed("f_vjp", "", 1, 1);
    }

    #[test]
    #[should_panic(expected = "`f_grad_into`: the gradient buffer of `w` has length 2, but `w` has length 3")]
    fn a_buffer_names_its_parameter() {
        check_buffer("f_grad_into", "w", 3, 2);
    }

    #[test]
    #[should_panic(
        expected = "`f_jvp`: the tangent of parameter 2 has length 5, but the parameter has length 3"
    )]
    fn a_pattern_is_named_by_its_position() {
        check_tangent("f_jvp", "2", 3, 5);
    }

    #[test]
    #[should_panic(
        expected = "`f_vjp`: the seed of the returned value has length 0, but the value has length 4"
    )]
    fn a_result_has_no_name() {
        check_seed("f_vjp", "", 4, 0);
    }
}
