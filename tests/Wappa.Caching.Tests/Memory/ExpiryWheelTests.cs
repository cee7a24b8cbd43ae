using System.Runtime.CompilerServices;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Timers come up in time at every level of the wheel, and only once.</summary>
public sealed class ExpiryWheelTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<(Item Item, TimeSpan At)> _fired = [];
    private readonly StoreClock _clock;
    private readonly ExpiryWheel<Item> _wheel;

    public ExpiryWheelTests()
    {
        _clock = new StoreClock(_time);
        _wheel = new ExpiryWheel<Item>(_clock, item => _fired.Add((item, TimeSpan.FromTicks(_clock.Now))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(262_143)]
    [InlineData(262_145)]
    public void Tick_AtEachLevelsEdge_FiresWithinASecondOfTheDueTime(int seconds)
    {
        var item = Set(TimeSpan.FromSeconds(seconds));

        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        _fired.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(2));

        _fired.ShouldHaveSingleItem().Item.ShouldBe(item);
        _fired[0].At.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(seconds + 1));
        item.Timer.ShouldBe(-1);
        _wheel.Count.ShouldBe(0);
    }

    [Fact]
    public void Tick_DueBeyondTheWheelsReach_FiresInTheEnd()
    {
        var item = Set(TimeSpan.FromDays(300));

        _time.Advance(TimeSpan.FromDays(299));
        _fired.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromDays(2));

        _fired.ShouldHaveSingleItem().Item.ShouldBe(item);
    }

    [Fact]
    public void Tick_ManyAtRandomTimes_FiresEachOnceAndNoneEarly()
    {
        var random = new Random(7);
        var due = new Dictionary<Item, TimeSpan>();
        for (var i = 0; i < 2000; i++)
        {
            var after = TimeSpan.FromMilliseconds(random.Next(1, 20_000_000));
            due[Set(after)] = after;
        }

        while (_wheel.Count > 0) _time.Advance(TimeSpan.FromSeconds(random.Next(1, 900)));

        _fired.Select(fired => fired.Item).ShouldBe(due.Keys, ignoreOrder: true);
        _fired.ShouldAllBe(fired => fired.At >= due[fired.Item]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(262_144)]
    public void Tick_ManyOfOneCoarseSlot_AreDealtOutByWhatTheyExpireAt(int seconds)
    {
        const int Count = 3000; // dealt out in a dozen holds
        var random = new Random(seconds);
        for (var i = 0; i < Count; i++)
        {
            // Some are given more time before the slot comes up, some less, some none at all any more.
            var item = Set(TimeSpan.FromSeconds(seconds + random.Next(64)));
            if (i % 4 == 1) item.ExpiresAt = TimeSpan.FromSeconds((seconds * 2) + random.Next(200)).Ticks;
            if (i % 4 == 2) _wheel.SetNoLaterThan(item, item.ExpiresAt = TimeSpan.FromSeconds(random.Next(1, seconds)).Ticks);
            if (i % 4 == 3) item.ExpiresAt = i % 8 == 3 ? StoreClock.Never : 0;
        }

        while (_wheel.Count > 0) _time.Advance(TimeSpan.FromSeconds(1 + random.Next(seconds / 16)));

        _fired.Select(fired => fired.Item).Distinct().Count().ShouldBe(Count);
        _fired.Count.ShouldBe(Count);
        _fired.ShouldAllBe(fired => fired.Item.ExpiresAt == StoreClock.Never || fired.At.Ticks >= fired.Item.ExpiresAt);
        _fired.ShouldAllBe(fired => fired.Item.Timer == ExpiryWheel<Item>.NoTimer);
    }

    [Fact]
    public void Tick_ManyDueAtOnce_WhatIsCancelledOrSetMeanwhileIsRight()
    {
        var items = new List<Item>();
        var cancelled = new HashSet<Item>();
        var later = TimeSpan.FromSeconds(5000);
        ExpiryWheel<Item>? wheel = null;
        wheel = new ExpiryWheel<Item>(_clock, item =>
        {
            _fired.Add((item, TimeSpan.FromTicks(_clock.Now)));

            // Those in the middle wait for a later hold of the lock.
            if (_fired.Count != 1) return;
            for (var i = 750; i < 1250; i++)
            {
                if (i % 2 == 0 && cancelled.Add(items[i])) wheel!.Cancel(items[i]);
                else wheel!.SetNoLaterThan(items[i], items[i].ExpiresAt = later.Ticks);
            }
        });
        for (var i = 0; i < 2000; i++)
        {
            items.Add(new Item { ExpiresAt = TimeSpan.FromSeconds(4100).Ticks });
            wheel.SetNoLaterThan(items[i], items[i].ExpiresAt);
        }

        _time.Advance(TimeSpan.FromSeconds(4101));
        _fired.Count.ShouldBe(1500);
        wheel.Count.ShouldBe(250);
        _time.Advance(TimeSpan.FromSeconds(900));
        _fired.Select(fired => fired.Item).ShouldBe(items.Except(cancelled), ignoreOrder: true);
        _fired.Count(fired => fired.At >= later).ShouldBe(250);
        _time.ActiveTimers.ShouldBe(0);
        wheel.Dispose();
    }

    [Fact]
    public void SetNoLaterThan_Earlier_MovesTheTimer_LaterDoesNot()
    {
        var item = Set(TimeSpan.FromSeconds(100));
        _wheel.SetNoLaterThan(item, TimeSpan.FromSeconds(500).Ticks);
        item.ExpiresAt = TimeSpan.FromSeconds(10).Ticks;
        _wheel.SetNoLaterThan(item, item.ExpiresAt);
        _wheel.Count.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(11));

        _fired.ShouldHaveSingleItem();
    }

    [Fact]
    public void Cancel_BeforeItIsDue_NeverFires_AndItsPlaceIsUsedAgain()
    {
        for (var round = 0; round < 100; round++)
        {
            var item = Set(TimeSpan.FromSeconds(5));
            _wheel.Cancel(item);
            item.Timer.ShouldBe(-1);
        }

        Set(TimeSpan.FromSeconds(5)).Timer.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(10));
        _fired.ShouldHaveSingleItem();
    }

    [Fact]
    public void Constructor_InsideARequest_DoesNotKeepTheRequestAlive()
    {
        var (wheel, request) = MakeInsideARequest();

        for (var i = 0; i < 3 && request.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        request.IsAlive.ShouldBeFalse();
        GC.KeepAlive(wheel);
    }

    public void Dispose() => _wheel.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (ExpiryWheel<Item> Wheel, WeakReference Request) MakeInsideARequest()
    {
        var ambient = new AsyncLocal<object?> { Value = new object() };
        var wheel = new ExpiryWheel<Item>(new StoreClock(TimeProvider.System), _ => { });
        var request = new WeakReference(ambient.Value);
        ambient.Value = null;
        return (wheel, request);
    }

    private Item Set(TimeSpan after)
    {
        var item = new Item { ExpiresAt = _clock.After(after) };
        _wheel.SetNoLaterThan(item, item.ExpiresAt);
        return item;
    }

    private sealed class Item : IExpiring
    {
        public int Timer { get; set; } = -1;

        public long ExpiresAt { get; set; }
    }
}
