namespace Wappa.Caching.Redis.Resp;

/// <summary>What the server was found to be when it was connected to.</summary>
/// <param name="Product">What it calls itself in HELLO: <c>redis</c>, <c>valkey</c>, …</param>
/// <param name="Version">The protocol-compatible Redis version; 0.0 when it does not tell.</param>
/// <param name="Protocol">3, or 2 on a server without HELLO: no tracking there.</param>
/// <param name="IsCluster">Keys have slots, and only database 0 exists.</param>
/// <param name="HasTracking">CLIENT TRACKING in broadcast mode works for this user.</param>
/// <param name="HasScripts">EVAL works for this user.</param>
internal sealed record ServerFacts(
    string Product, Version Version, int Protocol, bool IsCluster, bool HasTracking, bool HasScripts);
