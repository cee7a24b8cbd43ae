using Wappa.Caching;
using Wappa.Graph;

namespace Wappa.Turns;

/// <summary>What every turn draws from.</summary>
internal sealed record TurnServices(ICacheFactory Caches, GraphClient Graph);
