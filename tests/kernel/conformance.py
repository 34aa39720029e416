"""What Jupyter's own tests of kernels (jupyter_kernel_test) need to know of this one."""
import jupyter_kernel_test


class TypeScript(jupyter_kernel_test.KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('test')"
    completion_samples = [{"text": "Number.EPSI", "matches": ["EPSILON"]}, {"text": "Math.hyp", "matches": ["hypot"]}]
    complete_code_samples = ["1", "const a = 1;", "function f() {\n  return 1;\n}", "`a ${1} b`", "// a comment", "await f()", "for await (const v of g()) v;"]
    incomplete_code_samples = ["function f() {", "const a = [", "`open", "`a ${", "f(`b ${x} c", "/* open", "if (a)", "a +", "const f = () =>"]
    invalid_code_samples = ["let 3a = 1;", "a ] b", "const = 3", "'open\n", "/open\n", "}"]
    code_generate_error = "throw new Error('broken')"
    code_execute_result = [{"code": "1 + 1", "result": "2"}, {"code": "'a' + 'b'", "result": "'ab'"}, {"code": "1 + 1 + 1", "result": "3"}]
    code_display_data = [{"code": "import * as tslab from 'tslab';\ntslab.display.html('<b>a</b>')", "mime": "text/html"}]
    code_history_pattern = "1 ? 1"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "console.clear()"
