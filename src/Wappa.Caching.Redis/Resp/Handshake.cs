using System.Globalization;
using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Who answered a handshake.</summary>
/// <param name="Facts">What it can do.</param>
/// <param name="IsPrimary">It takes writes.</param>
internal readonly record struct Greeting(ServerFacts Facts, bool IsPrimary);

/// <summary>Makes a fresh connection one that commands can be sent on: user, protocol, name, database; and finds out what
/// answers.</summary>
/// <param name="wire">The connection.</param>
/// <param name="timeout">For each question.</param>
internal sealed class Handshake(Wire wire, TimeSpan timeout)
{
    private static readonly Version Unknown = new(0, 0);

    /// <param name="user">Null: the default user.</param>
    /// <param name="password">Null: no AUTH.</param>
    /// <param name="clientName">For CLIENT LIST.</param>
    /// <param name="database">To SELECT.</param>
    /// <param name="cancellationToken">The connect timeout.</param>
    /// <exception cref="RedisServerException">It refused.</exception>
    internal async ValueTask<Greeting> RunAsync(
        string? user, string? password, string clientName, int database, CancellationToken cancellationToken)
    {
        var hello = await HelloAsync(user, password, clientName, cancellationToken).ConfigureAwait(false)
            ?? await OldHelloAsync(user, password, clientName, cancellationToken).ConfigureAwait(false);

        // A database that cannot be selected ends the connection: on it, commands would go to another database.
        if (database != 0)
            await AskAsync(Replies.Any, cancellationToken, "SELECT", database.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        var scripts = CanAsync(cancellationToken, "EVAL", "return 1", "0");
        var tracking = hello.Protocol < 3 ? default : CanAsync(cancellationToken, "CLIENT", "TRACKING", "OFF");
        var facts = new ServerFacts(
            hello.Product, hello.Version, hello.Protocol, hello.IsCluster,
            await tracking.ConfigureAwait(false), await scripts.ConfigureAwait(false));
        return new Greeting(facts, hello.IsPrimary);
    }

    private async ValueTask<Hello?> HelloAsync(string? user, string? password, string clientName, CancellationToken cancellationToken)
    {
        try
        {
            string[] account = password is null ? [] : ["AUTH", user ?? "default", password];
            string[] words = ["HELLO", "3", .. account, "SETNAME", clientName];
            return await AskAsync(HelloParser.Instance, cancellationToken, words).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (IsUnknown(error))
        {
            return null;
        }
    }

    // Before Redis 6, and behind proxies that know no HELLO.
    private async ValueTask<Hello> OldHelloAsync(string? user, string? password, string clientName, CancellationToken cancellationToken)
    {
        if (password is not null)
        {
            string[] words = user is null ? ["AUTH", password] : ["AUTH", user, password];
            await AskAsync(Replies.Any, cancellationToken, words).ConfigureAwait(false);
        }

        await CanAsync(cancellationToken, "CLIENT", "SETNAME", clientName).ConfigureAwait(false);
        try
        {
            var info = await AskAsync(Replies.Text, cancellationToken, "INFO").ConfigureAwait(false) ?? "";
            var version = ToVersion(Line(info, "redis_version:"));
            return new Hello("redis", version, 2, Line(info, "cluster_enabled:") == "1", Line(info, "role:") != "slave");
        }
        catch (RedisServerException error) when (error.Code is "NOPERM" || IsUnknown(error))
        {
            return new Hello("redis", Unknown, 2, false, true);
        }
    }

    private static bool IsUnknown(RedisServerException error) =>
        error.Code is "NOPROTO" || (error.Code is "ERR" && error.Text.Contains("unknown", StringComparison.OrdinalIgnoreCase));

    private async ValueTask<bool> CanAsync(CancellationToken cancellationToken, params string[] words)
    {
        try
        {
            await AskAsync(Replies.Any, cancellationToken, words).ConfigureAwait(false);
            return true;
        }
        catch (RedisServerException error) when (!Refusals.PassesByItself(error))
        {
            return false;
        }
    }

    private ValueTask<T> AskAsync<T>(ReplyParser<T> parser, CancellationToken cancellationToken, params string[] words) =>
        wire.AskAsync(new Words(words), parser, timeout, cancellationToken);

    private static string? Line(string info, string name)
    {
        var at = info.IndexOf(name, StringComparison.Ordinal);
        if (at < 0) return null;
        var end = info.IndexOf('\r', at);
        return info[(at + name.Length)..(end < 0 ? info.Length : end)];
    }

    private static Version ToVersion(string? text) => Version.TryParse(text, out var version) ? version : Unknown;

    private sealed record Hello(string Product, Version Version, int Protocol, bool IsCluster, bool IsPrimary);

    private sealed class HelloParser : ReplyParser<Hello?>
    {
        internal static HelloParser Instance { get; } = new();

        private static bool IsPrimaryRole(ReadOnlySpan<byte> role) => role.SequenceEqual("master"u8) || role.SequenceEqual("primary"u8);

        public override Hello? Parse(ref RespReader reader)
        {
            var hello = new Hello("redis", Unknown, 2, false, true);
            for (var pairs = reader.ReadMapLength(); pairs > 0; pairs--)
            {
                switch (Encoding.UTF8.GetString(reader.ReadBytes()))
                {
                    case "server": hello = hello with { Product = Encoding.UTF8.GetString(reader.ReadBytes()) }; break;
                    case "version": hello = hello with { Version = ToVersion(Encoding.UTF8.GetString(reader.ReadBytes())) }; break;
                    case "proto": hello = hello with { Protocol = (int)reader.ReadInteger() }; break;
                    case "mode": hello = hello with { IsCluster = reader.ReadBytes().SequenceEqual("cluster"u8) }; break;
                    case "role": hello = hello with { IsPrimary = IsPrimaryRole(reader.ReadBytes()) }; break;
                    default: reader.Skip(); break;
                }
            }

            return hello;
        }
    }
}
