namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>A folder of a test's own on the disk the tests were built on, which is no memory disk as a temporary folder may
/// be. It stays if the test failed: it is what somebody wants to look at.</summary>
internal sealed class DiskFolder : IDisposable
{
    internal DiskFolder(string name)
    {
        Path = System.IO.Path.Combine(AppContext.BaseDirectory, "folders", $"{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    internal string Path { get; }

    internal bool Keep { get; set; } = true;

    /// <summary>What the store put aside because it could not read it, and why it says it did.</summary>
    internal IReadOnlyList<string> Quarantined()
    {
        var folder = System.IO.Path.Combine(Path, "quarantine");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.reason.json").Select(File.ReadAllText)]
            : [];
    }

    public void Dispose()
    {
        if (!Keep) Directory.Delete(Path, recursive: true);
    }
}
