namespace Wappa.Caching.Json.Tests.Simulation;
public sealed class CorruptionTests { }
