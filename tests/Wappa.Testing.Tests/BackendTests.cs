using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Testing.Tests;

/// <summary>The harness over stores other than memory.</summary>
public sealed class BackendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wappa-testing-").FullName;
    private readonly Diary _diary = new();

    [Theory]
    [InlineData(CrashStep.Stored)]
    [InlineData(CrashStep.HandlerEnded)]
    [InlineData(CrashStep.Committed)]
    public async Task Crash_OverJsonFiles_LosesNothingAndRepeatsNothing(CrashStep step)
    {
        await using var bot = await WappaTest.StartAsync<DiaryBot>(
            bot => bot.WithJsonCache(_folder).Services.AddSingleton(_diary));
        _diary.Act = static async (webhook, messenger) => await messenger.SendTextAsync("hello", webhook.User.UserId);
        var ana = bot.Customer("Ana");
        await ana.SendAsync("one");

        bot.CrashAfter(step);
        await ana.SendAsync("two");
        await bot.RestartAsync();
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        (await ana.Caches.User.GetFieldAsync<int>("stats", "messages")).ShouldBe(2);
        ana.Messages.Count.ShouldBe(2);
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ShouldNotBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
