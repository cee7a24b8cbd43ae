namespace Wappa.Guide.Tests;

public class StateMachineTests
{
    // snippet: machine-handler
    public sealed record ConversationState(string Step = "start")
    {
        public ImmutableDictionary<string, string> Context { get; init; } = ImmutableDictionary<string, string>.Empty;
    }

    public sealed class ConversationHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var state = await StateCache.GetAsync<ConversationState>("conversation", ct) ?? new ConversationState();
            var message = webhook.GetMessageText().Trim().ToLowerInvariant();
            var (next, answer) = Next(state, message);

            if (next is null) await StateCache.DeleteAsync("conversation", ct);
            else await StateCache.SetAsync("conversation", next, ttl: TimeSpan.FromMinutes(30), ct);
            await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
        }

        /// <summary>The whole machine: the next state (null: the end) and the answer.</summary>
        private static (ConversationState? Next, string Answer) Next(ConversationState state, string message) =>
            (state.Step, message) switch
            {
                (_, "cancel") => (null, "Cancelled. Write 'order' or 'support'."),
                ("start", _) when message.Contains("order") =>
                    (Enter(state, "ordering"), "🍕 Let's start your order! What would you like?"),
                ("start", _) when message.Contains("support") =>
                    (Enter(state, "support"), "🛟 What can we help you with?"),
                ("ordering", _) => (null, $"Noted: {message}. Thank you!"),
                ("support", _) => (null, "Thank you. A person will answer here."),
                _ => (state, "Write 'order' or 'support'."),
            };

        private static ConversationState Enter(ConversationState state, string step) =>
            state with { Step = step, Context = state.Context.SetItem("type", step) };
    }
    // end

    [Fact]
    public async Task ConversationHandler_EachStep_LeadsToTheNext()
    {
        await using var conversation = await Conversation.StartAsync<ConversationHandler>();
        var state = conversation.Caches.State;

        (await conversation.SayAsync("hello")).ShouldBe(["Write 'order' or 'support'."]);
        (await conversation.SayAsync("I want to order")).ShouldBe(["🍕 Let's start your order! What would you like?"]);
        var stored = await state.GetAsync<ConversationState>("conversation");
        (stored!.Step, stored.Context["type"]).ShouldBe(("ordering", "ordering"));
        (await state.GetTtlAsync("conversation")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
        (await conversation.SayAsync("a pizza")).ShouldBe(["Noted: a pizza. Thank you!"]);
        (await state.ExistsAsync("conversation")).ShouldBeFalse();
        (await conversation.SayAsync("support")).ShouldBe(["🛟 What can we help you with?"]);
        (await conversation.SayAsync("cancel")).ShouldBe(["Cancelled. Write 'order' or 'support'."]);
        (await state.ExistsAsync("conversation")).ShouldBeFalse();
    }
}
