using Wappa.Webhooks;

namespace Wappa.Tests;

public class MessageDeliveryTests
{
    private static readonly string[] States = ["sent", "delivered", "read", "played", "failed", "archived"];

    public static TheoryData<string[], DeliveryState> Sequences() => new()
    {
        { [], DeliveryState.Accepted },
        { ["sent"], DeliveryState.Sent },
        { ["sent", "delivered"], DeliveryState.Delivered },
        { ["delivered", "sent"], DeliveryState.Delivered },
        { ["sent", "read"], DeliveryState.Read },
        { ["read", "delivered", "sent"], DeliveryState.Read },
        { ["sent", "sent", "delivered", "delivered"], DeliveryState.Delivered },
        { ["sent", "delivered", "read", "played"], DeliveryState.Played },
        { ["played", "read"], DeliveryState.Played },
        { ["sent", "failed"], DeliveryState.Failed },
        { ["failed", "sent"], DeliveryState.Failed },
        { ["failed", "failed"], DeliveryState.Failed },
        { ["failed", "delivered"], DeliveryState.Delivered },
        { ["read", "failed"], DeliveryState.Read },
        { ["archived"], DeliveryState.Accepted },
        { ["delivered", "archived", ""], DeliveryState.Delivered },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Add_StatusesInAnyOrder_EndAtTheHighest(string[] states, DeliveryState expected) =>
        Fold(states).State.ShouldBe(expected);

    [Fact]
    public void Add_EveryOrderOfTheSameStatuses_GivesTheSame()
    {
        foreach (var set in Enumerable.Range(0, 1 << States.Length))
        {
            var chosen = States.Where((_, bit) => (set & (1 << bit)) != 0).ToArray();
            var results = Orders(chosen).Select(Fold).Distinct();
            results.Count().ShouldBe(1, string.Join(',', chosen));
        }
    }

    [Fact]
    public void Add_NothingNew_IsTheSameObject()
    {
        var read = Fold(["read"]);

        read.Add(Status("delivered")).ShouldBeSameAs(read);
        read.Add(Status("read")).ShouldBeSameAs(read);
        read.Add(Status("unheard-of")).ShouldBeSameAs(read);
    }

    [Fact]
    public void Add_Failure_KeepsItsCode()
    {
        MessageDelivery.None.Add(Of("statuses/failed_131047_reengagement.json")).ErrorCode.ShouldBe(131047);
        MessageDelivery.None.Add(Of("statuses/failed_without_errors.json")).ErrorCode.ShouldBe(0);
        Fold(["failed", "read"]).ErrorCode.ShouldBeNull();
    }

    [Fact]
    public void Add_StatusesOfTheCorpusOutOfOrder_EndAtRead()
    {
        var reader = new EnvelopeReader();
        reader.Read(Payloads.Bytes("statuses/out_of_order.json")).ShouldBeTrue();
        var delivery = MessageDelivery.None;
        foreach (var item in reader.Items) delivery = delivery.Add((MessageStatus)item.Content);

        delivery.State.ShouldBe(DeliveryState.Read);
        delivery.Timestamp.ShouldNotBeNull();
    }

    [Fact]
    public void Read_Status_HasPriceAndConversation()
    {
        Of("statuses/sent.json").Pricing.ShouldBe(new(false, "PMP", "free_customer_service", "service"));
        Of("statuses/sent.json").Conversation.ShouldBeNull();
        Of("statuses/sent_free_entry_point.json").Conversation.ShouldBe(new(
            "dee0c6302efee1996cd777fd4daeda32", DateTimeOffset.FromUnixTimeSeconds(1_789_259_200), "referral_conversion"));
        Of("statuses/delivered_minimal.json").Pricing.ShouldBeNull();
        Of("statuses/sent_cbp_legacy.json").Pricing!.Model.ShouldBe("CBP");
    }

    private static MessageDelivery Fold(string[] states) =>
        states.Aggregate(MessageDelivery.None, (delivery, state) => delivery.Add(Status(state)));

    private static MessageStatus Status(string state) => new()
    {
        MessageId = "M",
        State = state,
        Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(Array.IndexOf(States, state)),
    };

    private static MessageStatus Of(string file)
    {
        var reader = new EnvelopeReader();
        reader.Read(Payloads.Bytes(file)).ShouldBeTrue();
        return (MessageStatus)reader.Items[0].Content;
    }

    private static IEnumerable<string[]> Orders(string[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (string[])[first, .. rest]));
}
