using System.Reflection;
using Wappa.Testing;
using Xunit.v3;

namespace Wappa.Caching.Tests.Conformance;

/// <summary>Runs a conformance suite as a function: which of its tests does a store fail?</summary>
internal static class SuiteRunner
{
    internal static async Task<List<string>> FailuresAsync(
        Func<DocumentStoreHarness, RecordConformance> suite, Func<DocumentStoreHarness> harness,
            int most = int.MaxValue)
    {
        var failures = new List<string>();
        foreach (var (test, arguments) in Tests(suite(harness()).GetType()))
        {
            var instance = suite(harness());
            await instance.InitializeAsync();
            try
            {
                if (test.Invoke(instance, arguments) is Task running) await running;
            }
            catch (Exception error)
            {
                failures.Add($"{test.Name}({string.Join(", ", arguments)}): {(error.InnerException ?? error).Message}");
                if (failures.Count >= most) return failures;
            }
            finally
            {
                await instance.DisposeAsync();
            }
        }

        return failures;
    }

    private static IEnumerable<(MethodInfo Test, object?[] Arguments)> Tests(Type suite) =>
        from test in suite.GetMethods()
        where test.IsDefined(typeof(FactAttribute), inherit: true)
        from arguments in test.GetParameters().Length == 0 ? [[]] : Rows(suite, test)
        select (test, arguments);

    private static IEnumerable<object?[]> Rows(Type suite, MethodInfo test)
    {
        foreach (var line in test.GetCustomAttributes<InlineDataAttribute>()) yield return Converted(test, line.Data);
        foreach (var source in test.GetCustomAttributes<MemberDataAttribute>())
        {
            var rows = suite.GetProperty(source.MemberName,
                BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!;
            foreach (var row in (IEnumerable<ITheoryDataRow>)rows.GetValue(null)!) yield return row.GetData();
        }
    }

    // As the runner does: an attribute's int is given to a parameter of long.
    private static object?[] Converted(MethodInfo test, object?[] data) =>
        [.. test.GetParameters().Zip(data, (parameter, value) =>
            value is null ? null : Convert.ChangeType(value, parameter.ParameterType, null))];
}
