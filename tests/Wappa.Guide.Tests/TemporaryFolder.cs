namespace Wappa.Guide.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("wappa-guide-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
