namespace Wappa.Caching.Json.Tests;

/// <summary>The program in the folder Child, which is built beside the tests and runs as a process of its own.</summary>
internal static class ChildProgram
{
    /// <summary>Its executable file.</summary>
    internal static string Path { get; } = Find();

    // tests/<project>/bin/<configuration>/<framework>/ here, tests/<project>/Child/bin/… there.
    private static string Find()
    {
        var here = AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar);
        var project = System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "..", "..", ".."));
        var name = OperatingSystem.IsWindows() ? "Wappa.Caching.Json.Child.exe" : "Wappa.Caching.Json.Child";
        var built = System.IO.Path.Combine(project, "Child", System.IO.Path.GetRelativePath(project, here), name);
        return File.Exists(built) ? built : throw new InvalidOperationException($"The child program was not built: there is no {built}.");
    }
}
