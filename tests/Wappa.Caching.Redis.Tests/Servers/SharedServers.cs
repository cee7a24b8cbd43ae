using Wappa.Caching.Redis.Tests.Servers;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>Servers that many tests use side by side, each started by the first that asks and stopped after the last test.</summary>
/// <remarks>Tests that harm a server start one of their own.</remarks>
public sealed class SharedServers : IAsyncDisposable
{
    internal const string User = "wappa";
    internal const string Password = "p%40ss/:word";

    private static readonly Lazy<Task<RedisServer>> Plain = new(() => RedisServer.StartAsync());
    private static readonly Lazy<ServerCertificates> Certificates = new(ServerCertificates.Create);
    private static readonly Lazy<Task<RedisServer>> Secured = new(() => RedisServer.StartAsync(new()
    {
        Tls = Certificates.Value,
        Account = ("keeper", "keeper"),
        Lines =
        [
            "user default off",
            "user keeper on >keeper ~* &* +@all",
            $"user {User} on >{Password} ~* &* -@all +@read +@write +@scripting +@connection +time +wait +cluster|slots",
        ],
    }));

    private static readonly Lazy<Task<RedisCluster>> ThreeNodes = new(() => RedisCluster.StartAsync());
    private static readonly Lazy<Task<RedisSentinels>> Watched = new(() => RedisSentinels.StartAsync());

    /// <summary>One server.</summary>
    internal static Task<RedisServer> StandaloneAsync() => Plain.Value;

    /// <summary>One server that takes TLS only, and users with a password.</summary>
    internal static Task<RedisServer> SecuredAsync() => Secured.Value;

    /// <summary>Who gave the secured server its certificate.</summary>
    internal static ServerCertificates SecuredBy => Certificates.Value;

    /// <summary>Three primaries.</summary>
    internal static Task<RedisCluster> ClusterAsync() => ThreeNodes.Value;

    /// <summary>A primary, a replica, three sentinels.</summary>
    internal static Task<RedisSentinels> SentinelsAsync() => Watched.Value;

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Plain);
        await StopAsync(Secured);
        await StopAsync(ThreeNodes);
        await StopAsync(Watched);
        if (Certificates.IsValueCreated) Certificates.Value.Dispose();
    }

    private static async Task StopAsync<T>(Lazy<Task<T>> server)
        where T : IAsyncDisposable
    {
        if (!server.IsValueCreated) return;
        try
        {
            await (await server.Value).DisposeAsync();
        }
        catch (Exception error) when (server.Value.IsFaulted)
        {
            _ = error; // it never started, which the tests that wanted it have said
        }
    }
}
