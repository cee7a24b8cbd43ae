using ChatFeedApi.Conversations;
using ChatFeedApi.Feed;
using ChatFeedApi.Reports;
using ChatFeedApi.Users;
using Wappa.Testing;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>How long each cache holds what it has, by a clock that moves when told to.</summary>
public class LifetimeTests
{
    [Fact]
    public async Task Online_IsForgottenAfterAMinute()
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);
        using var marked = await app.Http.PutAsync("/users/1/online", null);

        time.Advance(TimeSpan.FromSeconds(59));
        (await app.GetAsync<OnlineStatus>("/users/1/online")).Online.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(1));
        (await app.GetAsync<OnlineStatus>("/users/1/online")).Online.ShouldBeFalse();
    }

    [Fact]
    public async Task Typing_IsForgottenAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);
        using var marked = await app.Http.PutAsync("/conversations/1/typing/2", null);

        time.Advance(TimeSpan.FromSeconds(9));
        (await app.GetAsync<Typing>("/conversations/1/typing")).Users.ShouldBe([2L]);
        (await app.GetAsync<Typing>("/conversations/1/typing?user=1&user=2")).Users.ShouldBe([2L]);
        time.Advance(TimeSpan.FromSeconds(1));
        (await app.GetAsync<Typing>("/conversations/1/typing?user=1&user=2")).Users.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/conversations/1/messages", 30, 1)]
    [InlineData("/feed/1", 60, 2)] // whom one follows, and what they have posted
    [InlineData("/posts/1", 120, 1)]
    [InlineData("/posts/1/reactions", 30, 1)]
    public async Task Read_WithinItsTime_DoesNotReachTheDatabase_AndAfterItDoes(string path, int minutes, int statements)
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);

        (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(statements);
        time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(statements);
    }

    [Fact]
    public async Task ExpensiveOperation_TakesItsTimeOnceInTenMinutes()
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);

        var first = await WhileTimeGoesOnAsync(time, app.GetAsync<ExpensiveResult>("/expensive-operation"));
        first.TookMs.ShouldBeGreaterThanOrEqualTo(300);
        time.Advance(TimeSpan.FromSeconds(599));
        (await app.GetAsync<ExpensiveResult>("/expensive-operation")).ShouldBe(first); // the clock stands still: no work was done
        time.Advance(TimeSpan.FromSeconds(1));
        var second = await WhileTimeGoesOnAsync(time, app.GetAsync<ExpensiveResult>("/expensive-operation"));

        second.ComputedAt.ShouldBeGreaterThan(first.ComputedAt);
    }

    private static async Task<T> WhileTimeGoesOnAsync<T>(ManualTimeProvider time, Task<T> answer)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!answer.IsCompleted)
        {
            await ticks.WaitForNextTickAsync();
            time.Advance(TimeSpan.FromMilliseconds(20));
        }

        return await answer;
    }
}
