using System.Text.Json;

namespace Wappa.EndToEnd;

/// <summary>What the bot remembers when its process has ended, in any way.</summary>
public class RestartTests
{
    private const string State = "states/pizzeria_pizza_order_15550100001.json";

    [Fact]
    public async Task Order_ProcessKilledInTheMiddle_IsFinishedByTheNextOne()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = await StartAsync(folder))
        {
            await killed.Chat.SayAsync("hello");
            (await killed.Chat.SayAsync("large")).ShouldContain("toppings");
            await killed.KillAsync();
        }

        await using (var stopped = await StartAsync(folder))
        {
            (await stopped.Chat.SayAsync("pepperoni, mushrooms")).ShouldContain("Total: $15.99");
            await stopped.StopAsync();
        }

        folder.Files().Count(TemporaryFolder.IsAlias).ShouldBe(1);
        // A message that was on its way when the process was killed may stand in the list of those nobody knows about.
        folder.Files().Where(file => !TemporaryFolder.IsAlias(file) && !file.Contains("wappa.held")).ShouldBe([
            State, "tables/pizzeria_products_pizza_large.json", "tables/pizzeria_products_pizza_medium.json",
            "tables/pizzeria_products_pizza_small.json", "users/pizzeria_15550100001.json", "users/pizzeria_15550100001_stats.json",
            "users/pizzeria_15550100001_wappa.mailbox.json",
        ]);
        var file = JsonDocument.Parse(folder.Read(State)).RootElement;
        file.GetProperty("key").GetString().ShouldBe("pizzeria:state:pizza_order:15550100001");
        file.GetProperty("value").GetProperty("step").GetString().ShouldBe("confirm");

        await using (var last = await StartAsync(folder))
        {
            (await last.Chat.SayAsync("yes")).ShouldContain("Order confirmed");
            await last.StopAsync();
        }

        folder.Files().ShouldNotContain(State);
        folder.Files().Count(file => file.StartsWith("tables/pizzeria_orders_")).ShouldBe(1);
        JsonDocument.Parse(folder.Read("users/pizzeria_15550100001_stats.json")).RootElement
            .GetProperty("value").GetProperty("message_count").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task SecondProcess_OnTheSameFolder_EndsNamingTheOwner()
    {
        await using var owner = await RunningBot.StartAsync();
        await using var second = BotProcess.Start("PizzaBot", "--cache-path", owner.Folder.Path);

        var (code, errors) = await second.WaitForEndAsync();

        code.ShouldNotBe(0);
        errors.ShouldContain($"in use by process {Environment.ProcessId} on host {Environment.MachineName}");
        (await owner.SayAsync("hello")).ShouldContain("What size");
    }

    [Fact]
    public async Task Interval_ProcessKilled_KeepsWhatWasAcknowledged()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = await StartAsync(folder, "--Wappa:Cache:Durability", "Interval"))
        {
            await killed.Chat.SayAsync("hello");
            await killed.KillAsync();
        }

        await using var next = await StartAsync(folder);
        (await next.Chat.SayAsync("small")).ShouldContain("toppings");
    }

    private static Task<BotProcess> StartAsync(TemporaryFolder folder, params string[] args) =>
        BotProcess.StartAsync("PizzaBot", ["--cache-path", folder.Path, .. args]);
}
