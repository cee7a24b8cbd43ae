using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Tests;

public class RoutingTests
{
    [Theory]
    [InlineData("/HISTORY", "history []")]
    [InlineData("  /history  20 \n", "history [20]")]
    [InlineData("/History\tlast week", "history [last week]")]
    [InlineData("/PAST", "history []")]
    [InlineData("/HISTORYX", "message")]
    [InlineData("see /HISTORY", "message")]
    [InlineData("", "message")]
    [InlineData("/stop", "stop")]
    [InlineData("hello", "message")]
    public async Task Command_FirstWordInAnyCase_GoesToItsMethod(string text, string expected) =>
        (await RunAsync<Pizzeria>(text)).ShouldBe([expected]);

    [Fact]
    public async Task State_ThatExists_GoesToItsMethodWithTheState()
    {
        (await RunAsync<Pizzeria>("/order", "two, please", "/HISTORY", "/DONE", "thanks")).ShouldBe(
            ["ordering", "order of size 3: two, please", "history []", "done", "message"]);
    }

    [Fact]
    public async Task State_OfSeveral_GoesToTheMethodWrittenFirst()
    {
        (await RunAsync<Pizzeria>("/both", "x", "/DONE", "y")).ShouldBe(
            ["both", "order of size 1: x", "done", "complaint cold: y"]);
    }

    [Fact]
    public async Task State_OfAMessageThatIsNoText_GoesToItsMethodAsWell()
    {
        await using var app = await BotApp.StartAsync<Pizzeria>();
        Pizzeria.Log.Clear();

        await app.PostAsync(Payloads.Text("M-0", body: "/order"));
        await app.PostAsync(Payloads.Bytes("image.json"));
        await app.StopAsync();

        Pizzeria.Log.ShouldBe(["ordering", "order of size 3: "]);
    }

    [Fact]
    public async Task Routes_OfABaseClass_AreInheritedAndMayBeOverridden() =>
        (await RunAsync<Branch>("/HISTORY", "/stop", "/own", "x")).ShouldBe(["history []", "branch stop", "own", "message"]);

    [Theory]
    [InlineData(typeof(Static), "Static.Run cannot handle [Command(\"/X\")]: it is static.")]
    [InlineData(typeof(Void), "nobody could wait for it. Let it return Task or ValueTask.")]
    [InlineData(typeof(Number), "nothing can be given for its parameter count.")]
    [InlineData(typeof(CommandWithState), "nothing can be given for its parameter order. It may take a MessageWebhook, a string")]
    [InlineData(typeof(StateWithText), "nothing can be given for its parameter text. It may take a MessageWebhook, the state")]
    [InlineData(typeof(TwoStates), "nothing can be given for its parameter second.")]
    [InlineData(typeof(Twice), "Twice.Second cannot handle [Command(\"/x\")]: Twice.First handles the same.")]
    [InlineData(typeof(SameState), "SameState.Second cannot handle [State(\"s\")]: SameState.First handles the same.")]
    [InlineData(typeof(TwoWords), "a command is one word.")]
    [InlineData(typeof(NoName), "a state's name has 1 to 256 characters")]
    [InlineData(typeof(Generic), "it has type parameters.")]
    public void WithHandler_MethodThatCannotBeCalled_FailsAtOnceAndSaysWhy(Type handler, string expected)
    {
        var register = typeof(WappaServicesBuilder).GetMethod(nameof(WappaServicesBuilder.WithHandler))!.MakeGenericMethod(handler);

        var error = Should.Throw<System.Reflection.TargetInvocationException>(
            () => new ServiceCollection().AddWappa(builder => register.Invoke(builder, null)));

        error.InnerException.ShouldBeOfType<InvalidOperationException>().Message.ShouldContain(expected);
    }

    private static async Task<string[]> RunAsync<THandler>(params string[] texts)
        where THandler : WappaEventHandler
    {
        await using var app = await BotApp.StartAsync<THandler>();
        Pizzeria.Log.Clear();
        for (var i = 0; i < texts.Length; i++)
            await app.PostAsync(Payloads.Text($"M-{i}", body: texts[i].ReplaceLineEndings("\n")));
        await app.StopAsync();
        app.Logs.All.ShouldNotContain(line => line.Contains("failed", StringComparison.Ordinal));
        return [.. Pizzeria.Log];
    }

    private sealed record PizzaOrder(int Size);

    private class Pizzeria : WappaEventHandler
    {
        internal static ConcurrentQueue<string> Log { get; } = new();

        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => Say("message");

        [Command("/STOP")]
        public virtual ValueTask Stop() => new(Say("stop"));

        [Command("/HISTORY")]
        [Command("/PAST")]
        private Task History(string arguments, CancellationToken ct) => Say($"history [{arguments}]");

        [Command("/order")]
        private async Task BeginOrder(CancellationToken ct)
        {
            await StateCache.SetAsync("pizza_order", new PizzaOrder(3), cancellationToken: ct);
            await Say("ordering");
        }

        [Command("/both")]
        private async Task BeginBoth(MessageWebhook webhook)
        {
            await StateCache.SetAsync("pizza_order", new PizzaOrder(1));
            await StateCache.SetAsync("complaint", new { about = "cold" });
            await Say("both");
        }

        [Command("/DONE")]
        private async Task EndOrder()
        {
            await StateCache.DeleteAsync("pizza_order");
            await Say("done");
        }

        [State("pizza_order")]
        private Task Order(PizzaOrder order, MessageWebhook webhook, CancellationToken ct) =>
            Say($"order of size {order.Size}: {webhook.GetMessageText()}");

        [State("complaint")]
        private Task Complain(MessageWebhook webhook, CacheDocument complaint) =>
            Say($"complaint {complaint.GetField<string>("about")}: {webhook.GetMessageText()}");

        protected static Task Say(string what)
        {
            Log.Enqueue(what);
            return Task.CompletedTask;
        }
    }

    private sealed class Branch : Pizzeria
    {
        public override ValueTask Stop() => new(Say("branch stop"));

        [Command("/own")]
        private Task Own() => Say("own");
    }

    private abstract class Silent : WappaEventHandler
    {
        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => Task.CompletedTask;
    }

    private sealed class Static : Silent
    {
        [Command("/X")]
        private static Task Run() => Task.CompletedTask;
    }

    private sealed class Void : Silent
    {
        [Command("/X")]
        private void Run()
        {
        }
    }

    private sealed class Number : Silent
    {
        [State("s")]
        private Task Run(int count) => Task.CompletedTask;
    }

    private sealed class CommandWithState : Silent
    {
        [Command("/X")]
        private Task Run(PizzaOrder order) => Task.CompletedTask;
    }

    private sealed class StateWithText : Silent
    {
        [State("s")]
        private Task Run(string text) => Task.CompletedTask;
    }

    private sealed class TwoStates : Silent
    {
        [State("s")]
        private Task Run(PizzaOrder first, PizzaOrder second) => Task.CompletedTask;
    }

    private sealed class Twice : Silent
    {
        [Command("/X")]
        private Task First() => Task.CompletedTask;

        [Command("/x")]
        private Task Second() => Task.CompletedTask;
    }

    private sealed class SameState : Silent
    {
        [State("s")]
        private Task First() => Task.CompletedTask;

        [State("s")]
        private Task Second() => Task.CompletedTask;
    }

    private sealed class TwoWords : Silent
    {
        [Command("/two words")]
        private Task Run() => Task.CompletedTask;
    }

    private sealed class NoName : Silent
    {
        [State("")]
        private Task Run() => Task.CompletedTask;
    }

    private sealed class Generic : Silent
    {
        [State("s")]
        private Task Run<T>(T state) => Task.CompletedTask;
    }
}
