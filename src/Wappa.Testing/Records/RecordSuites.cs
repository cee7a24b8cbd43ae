using System.Reflection;

namespace Wappa.Testing;

/// <summary>The conformance suites of records, so that a store's test project can prove that it runs them
/// all.</summary>
public static class RecordSuites
{
    /// <summary>Every suite there is.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(RecordSuites).Assembly.GetExportedTypes()
            .Where(type => type.IsAbstract && type.BaseType == typeof(RecordConformance))
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>The suites no class of a test project derives from; none, if the store is proven as a whole.</summary>
    /// <param name="tests">The test project's assembly.</param>
    public static IReadOnlyList<string> MissingIn(Assembly tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var run = tests.GetExportedTypes().Where(type => !type.IsAbstract).ToArray(); // others are not run
        return [.. All.Where(suite => !run.Any(suite.IsAssignableFrom)).Select(suite => suite.Name)];
    }
}
