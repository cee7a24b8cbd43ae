namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class ServerFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("wappa-redis-").FullName;

    internal string Sub(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
