using Wappa.Testing;

namespace Wappa.Guide.Tests;

/// <summary>
/// What a handler sees during a turn of user 1234567890 of hotel123, under the names a handler has for it, so that a
/// fragment reads in a test as it does in a handler. Each test has a store and a clock of its own.
/// </summary>
public abstract class HandlerView
{
    protected HandlerView()
    {
        Clock = new ManualTimeProvider();
        Factory = CacheFactory.Over(new MemoryDocumentStore(time: Clock));
        Caches = Factory.ForUser("hotel123", "1234567890");
    }

    /// <summary>Stands at 2025-01-15T10:30:00Z until a test moves it.</summary>
    protected ManualTimeProvider Clock { get; }

    protected ICacheFactory Factory { get; }

    protected UserCaches Caches { get; }

    protected IStateCache StateCache => Caches.State;

    protected IUserCache UserCache => Caches.User;

    protected ITableCache TableCache => Caches.Table;
}
