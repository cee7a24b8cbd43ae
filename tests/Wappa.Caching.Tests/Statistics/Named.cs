using Wappa.Caching.Stores;
using Wappa.Caching.Tests.Stores;

namespace Wappa.Caching.Tests.Statistics;

/// <summary>A store under a name of its own, so that tests that run at once do not see each other in the meter.</summary>
internal sealed class Named(ICacheStore inner, string backend) : ForwardingCacheStore(inner), IStoreLayer
{
    public override string Backend => backend;

    public ICacheStore Inner { get; } = inner;
}
