using System.Text.Json;
using Wappa.Graph;

namespace Wappa.Tests;

public class OutgoingMessageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Sends() =>
        [.. Payloads.Files("graph/send_").Select(file => file["graph/".Length..^".json".Length])];

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task Send_PairOfTheCorpus_AsksAndReadsAsRecorded(string name)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var pair = Payloads.Json($"graph/{name}.json");
        stub.AnswerWith(pair);
        var expected = pair.GetProperty("request");
        var body = expected.GetProperty("body");
        var recipient = (body.TryGetProperty("to", out var to) ? to : body.GetProperty("recipient")).GetString()!;

        var messenger = new GraphMessenger(client, Payloads.PhoneNumberId);
        var sent = await messenger.SendNowAsync(OutgoingCorpus.Messages[name], recipient, Ct);

        var asked = stub.Requests.Single();
        asked.Path.ShouldBe(expected.GetProperty("path").GetString());
        JsonElement.DeepEquals(asked.Body, body).ShouldBeTrue(asked.Body.GetRawText());
        var answer = pair.GetProperty("response").GetProperty("body").GetProperty("messages")[0];
        sent.MessageId.ShouldBe(answer.GetProperty("id").GetString());
        sent.TemplateState.ShouldBe(answer.TryGetProperty("message_status", out var state) ? state.GetString() : null);
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task Body_WrittenNowAndPostedLater_IsWhatSendingAtOnceSends(string name)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var message = OutgoingCorpus.Messages[name];
        await new GraphMessenger(client, null).SendAsync(message, Payloads.Mira, Ct);

        var kept = message.ToBody(Recipient.Of(Payloads.Mira)).ToArray();
        (await client.SendAsync(null, kept, Payloads.Mira, Ct)).ShouldBeOfType<SendOutcome.Accepted>();

        stub.Requests[1].Raw.ShouldBe(stub.Requests[0].Raw);
        stub.Requests[1].Raw.ShouldBe(kept);
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public void ToString_OfAnyMessage_NamesItsKindOnly(string name) =>
        OutgoingCorpus.Messages[name].ToString().ShouldBe(OutgoingCorpus.Messages[name].GetType().Name);

    [Theory]
    [InlineData("mark_read", false)]
    [InlineData("typing_indicator", true)]
    public async Task MarkAsRead_PairOfTheCorpus_AsksAsRecorded(string name, bool typing)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var pair = Payloads.Json($"graph/{name}.json");
        stub.AnswerWith(pair);
        var body = pair.GetProperty("request").GetProperty("body");

        var messenger = new GraphMessenger(client, null);
        await messenger.MarkAsReadAsync(body.GetProperty("message_id").GetString()!, typing, Ct);

        JsonElement.DeepEquals(stub.Requests.Single().Body, body).ShouldBeTrue();
        await Should.ThrowAsync<InvalidMessageException>(async () => await messenger.MarkAsReadAsync("", typing, Ct));
    }

    [Fact]
    public void Write_KindsOutsideOfTheCorpus_AreAsDocumented()
    {
        Content(new OutgoingCatalog { Body = "All of it", ThumbnailRetailerId = "P" }, "interactive").ShouldBeJson("""
            {"type":"catalog_message","body":{"text":"All of it"},
             "action":{"name":"catalog_message","parameters":{"thumbnail_product_retailer_id":"P"}}}
            """);
        Content(new OutgoingCallPermissionRequest { Body = "May we call?" }, "interactive").ShouldBeJson("""
            {"type":"call_permission_request","body":{"text":"May we call?"},"action":{"name":"call_permission_request"}}
            """);
        var address = new OutgoingAddressRequest { Body = "Where to?", Values = new Dictionary<string, string> { ["city"] = "Pune" } };
        Content(address, "interactive").ShouldBeJson("""
            {"type":"address_message","body":{"text":"Where to?"},
             "action":{"name":"address_message","parameters":{"country":"IN","values":{"city":"Pune"}}}}
            """);
        var flow = new OutgoingFlow { Body = "Book", FlowName = "booking", ButtonText = "Go" };
        Content(flow, "interactive").GetProperty("action").GetProperty("parameters").ShouldBeJson("""
            {"flow_message_version":"3","flow_name":"booking","flow_cta":"Go","flow_action":"data_exchange"}
            """);
        Content(new OutgoingRaw { TypeName = "order_status", Content = JsonElement.Parse("""{"a":1}""") }, "order_status")
            .ShouldBeJson("""{"a":1}""");
        var buttons = new OutgoingButtons
        {
            Header = MessageHeader.FromDocument(MediaSource.FromId("7"), "a.pdf"), Body = "b", Buttons = [new("1", "One")],
        };
        Content(buttons, "interactive").GetProperty("header").ShouldBeJson(
            """{"type":"document","document":{"id":"7","filename":"a.pdf"}}""");
    }

    [Fact]
    public void Write_OtherCards_AreAsDocumented()
    {
        var video = MessageHeader.FromVideo(MediaSource.FromId("7"));
        var replies = new OutgoingCarousel
        {
            Body = "b",
            Cards = [CarouselCard.WithButtons(video, [new("a", "A")]), CarouselCard.WithButtons(video, [new("b", "B")])],
        };
        Content(replies, "interactive").GetProperty("action").GetProperty("cards")[1].ShouldBeJson("""
            {"card_index":1,"type":"cta_url","header":{"type":"video","video":{"id":"7"}},
             "action":{"buttons":[{"type":"quick_reply","quick_reply":{"id":"b","title":"B"}}]}}
            """);
        var products = new OutgoingCarousel { Body = "b", Cards = [CarouselCard.OfProduct("C", "1"), CarouselCard.OfProduct("C", "2")] };
        Content(products, "interactive").GetProperty("action").GetProperty("cards")[0].ShouldBeJson("""
            {"card_index":0,"type":"product","action":{"catalog_id":"C","product_retailer_id":"1"}}
            """);
    }

    [Fact]
    public void Write_TemplateWithEverything_HasAllComponents()
    {
        var template = new OutgoingTemplate
        {
            Name = "spring_sale",
            Language = "de",
            Header = TemplateParameter.FromLocation(new() { Latitude = 1, Longitude = 2, Name = "Pier" }),
            Body = ["one"],
            OfferEndsAt = DateTimeOffset.FromUnixTimeMilliseconds(1_789_000_000_123),
            Buttons =
            [
                TemplateButton.CopyCode(0, "SAVE10"),
                TemplateButton.Flow(1, "t", JsonElement.Parse("""{"a":1}""")),
                TemplateButton.Catalog(2, "P"),
                TemplateButton.Products(3, "P", [new("S", ["P"])]),
                TemplateButton.Raw(4, "voice_call", JsonElement.Parse("""[{"type":"ttl_minutes","ttl_minutes":10}]""")),
            ],
            Cards = [Card("a"), Card("b")],
        };

        Content(template, "template").GetProperty("components").ShouldBeJson("""
            [{"type":"limited_time_offer","parameters":[{"type":"limited_time_offer","limited_time_offer":
               {"expiration_time_ms":1789000000123}}]},
             {"type":"header","parameters":[{"type":"location","location":{"latitude":1,"longitude":2,"name":"Pier"}}]},
             {"type":"body","parameters":[{"type":"text","text":"one"}]},
             {"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"SAVE10"}]},
             {"type":"button","sub_type":"flow","index":"1","parameters":
               [{"type":"action","action":{"flow_token":"t","flow_action_data":{"a":1}}}]},
             {"type":"button","sub_type":"catalog","index":"2","parameters":
               [{"type":"action","action":{"thumbnail_product_retailer_id":"P"}}]},
             {"type":"button","sub_type":"mpm","index":"3","parameters":[{"type":"action","action":
               {"thumbnail_product_retailer_id":"P","sections":[{"title":"S","product_items":[{"product_retailer_id":"P"}]}]}}]},
             {"type":"button","sub_type":"voice_call","index":"4","parameters":[{"type":"ttl_minutes","ttl_minutes":10}]},
             {"type":"carousel","cards":[
               {"card_index":0,"components":[{"type":"body","parameters":[{"type":"text","text":"a"}]}]},
               {"card_index":1,"components":[{"type":"body","parameters":[{"type":"text","text":"b"}]}]}]}]
            """);
        Content(new OutgoingTemplate { Name = "hello", Language = "en_US" }, "template")
            .ShouldBeJson("""{"name":"hello","language":{"code":"en_US"}}""");

        static TemplateCard Card(string text) => new() { Body = [text] };
    }

    [Fact]
    public void Write_ToAGroup_SaysSo()
    {
        var body = Body(new OutgoingText("hi"), "Y2FwaV9ncm91cDoxNTU1MDEwNDQ3NzoxMjAzNjMwMDAxMTEyMjIzMzM=");

        body.GetProperty("recipient_type").GetString().ShouldBe("group");
        body.GetProperty("to").GetString()!.ShouldStartWith("Y2Fw");
    }

    [Fact]
    public void Write_IdentityHash_IsPassedOn() =>
        Body(new OutgoingText("hi") { IdentityKeyHash = "DF2" }, "1").GetProperty("recipient_identity_key_hash").GetString()
            .ShouldBe("DF2");

    [Fact]
    public void Message_ChangedByWith_LeavesTheOriginalAlone()
    {
        var text = new OutgoingText("hi");

        var reply = text with { ReplyTo = "M" };

        (text.ReplyTo, reply.ReplyTo, reply.Body).ShouldBe((null, "M", "hi"));
    }

    private static JsonElement Body(OutgoingMessage message, string recipient) =>
        JsonElement.Parse(message.ToBody(Recipient.Of(recipient)).Span);

    private static JsonElement Content(OutgoingMessage message, string type) => Body(message, "1").GetProperty(type);
}

internal static class JsonAssertions
{
    internal static void ShouldBeJson(this JsonElement actual, string expected) =>
        JsonElement.DeepEquals(actual, JsonElement.Parse(expected)).ShouldBeTrue(actual.GetRawText());
}
