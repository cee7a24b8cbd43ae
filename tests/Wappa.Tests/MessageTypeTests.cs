using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wappa.Webhooks;

namespace Wappa.Tests;

/// <summary>Each type of message, as the corpus has it.</summary>
public class MessageTypeTests
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["text"] = typeof(TextMessage),
        ["image"] = typeof(ImageMessage),
        ["video"] = typeof(VideoMessage),
        ["audio"] = typeof(AudioMessage),
        ["document"] = typeof(DocumentMessage),
        ["sticker"] = typeof(StickerMessage),
        ["location"] = typeof(LocationMessage),
        ["contacts"] = typeof(ContactsMessage),
        ["button"] = typeof(TemplateReplyMessage),
        ["button_reply"] = typeof(ButtonReplyMessage),
        ["list_reply"] = typeof(ListReplyMessage),
        ["nfm_reply"] = typeof(FlowReplyMessage),
        ["call_permission_reply"] = typeof(CallPermissionReplyMessage),
        ["reaction"] = typeof(ReactionMessage),
        ["order"] = typeof(OrderMessage),
        ["system"] = typeof(SystemMessage),
        ["edit"] = typeof(EditMessage),
        ["revoke"] = typeof(RevokeMessage),
        ["unsupported"] = typeof(UnsupportedMessage),
        ["unknown"] = typeof(UnsupportedMessage),
        ["request_welcome"] = typeof(WelcomeRequestMessage),
    };

    public static TheoryData<string> WellFormed() =>
        [.. Payloads.Files("").Where(file => !file.Contains('/') || file.StartsWith("batch/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void Read_MessageOfTheCorpus_IsOfItsClassAndKeepsItsJson(string file)
    {
        foreach (var message in MessagesOf(Payloads.Bytes(file)))
        {
            var raw = message.ParseRawJson();
            message.Type.ShouldBe(raw.GetProperty("type").GetString());
            message.GetType().ShouldBe(ExpectedType(raw));
            message.ToString().ShouldBe(message.GetType().FullName);
        }
    }

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void Read_WithNewFieldsEverywhere_IsTheSame(string file)
    {
        var widened = Widen(JsonNode.Parse(Payloads.Bytes(file)))!.ToJsonString();

        var types = MessagesOf(Encoding.UTF8.GetBytes(widened)).Select(message => message.GetType());

        types.ShouldBe(MessagesOf(Payloads.Bytes(file)).Select(message => message.GetType()));
    }

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void Read_WithoutAnyOneField_IsStillAMessage(string file)
    {
        foreach (var message in MessagesOf(Payloads.Bytes(file)))
        {
            var node = JsonNode.Parse(message.RawJson.Span)!;
            foreach (var (parent, name) in Fields(node).ToList())
            {
                if (parent == node && name == "id") continue;
                var copy = JsonNode.Parse(node.ToJsonString())!;
                Remove(copy, parent.GetPath(), name);
                MessagesOf(Encoding.UTF8.GetBytes(Payloads.Envelope(copy.ToJsonString()))).Single().Id.ShouldBe(message.Id);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void Read_WithAnyFieldOfAnotherKind_IsStillAMessageBetweenItsNeighbours(string file)
    {
        string[] others = ["null", "7", "true", "\"\"", "\"x\"", "[]", "[[1],{\"id\":2}]", "{}", "{\"id\":{\"a\":[]}}"];
        const string Neighbour = """{"id":"N","from":"1","type":"text","text":{"body":"n"}}""";
        foreach (var message in MessagesOf(Payloads.Bytes(file)).DistinctBy(message => message.GetType()))
        {
            var node = JsonNode.Parse(message.RawJson.Span)!;
            foreach (var (parent, name) in Fields(node).ToList())
            {
                if (parent == node && name == "id") continue;
                var path = parent.GetPath();
                foreach (var other in others)
                {
                    var copy = JsonNode.Parse(node.ToJsonString())!;
                    Fields(copy).Single(field => field.Parent.GetPath() == path && field.Name == name).Parent[name] =
                        JsonNode.Parse(other);
                    MessagesOf(Encoding.UTF8.GetBytes(Payloads.Envelope($"{Neighbour},{copy.ToJsonString()},{Neighbour}")))
                        .Select(read => read.Id).ShouldBe(["N", message.Id, "N"], $"{path}.{name} = {other}");
                }
            }
        }
    }

    [Fact]
    public void Image_HasItsFileAndCaption()
    {
        var image = Read<ImageMessage>("image.json");

        image.Caption.ShouldBe("The dock at noon");
        (image.Media.Id, image.Media.MimeType).ShouldBe(("7746018180175652", "image/jpeg"));
        image.Media.Sha256.ShouldBe("BYVGwh9kOcg/m+k877asIxoSa5eRcAhZh6rZz1gV0gA=");
        image.Media.Url!.ShouldStartWith("https://lookaside.fbsbx.com/");
        var bare = Read<ImageMessage>("image_no_caption_no_url.json");
        (bare.Caption, bare.Media.Url).ShouldBe((null, null));
    }

    [Fact]
    public void OtherFiles_HaveWhatIsTheirOwn()
    {
        Read<AudioMessage>("audio.json").IsVoice.ShouldBeFalse();
        Read<AudioMessage>("voice.json").IsVoice.ShouldBeTrue();
        Read<AudioMessage>("voice.json").Media.MimeType.ShouldBe("audio/ogg; codecs=opus");
        Read<StickerMessage>("sticker.json").IsAnimated.ShouldBeFalse();
        Read<StickerMessage>("sticker_animated.json").IsAnimated.ShouldBeTrue();
        var document = Read<DocumentMessage>("document.json");
        (document.FileName, document.Caption).ShouldBe(("Formulär 2026 – Ö.pdf", "Signed form"));
        Read<DocumentMessage>("document_no_filename.json").FileName.ShouldBeNull();
        Read<VideoMessage>("video.json").Media.Id.ShouldNotBeEmpty();
    }

    [Fact]
    public void Location_HasItsPlace()
    {
        var place = Read<LocationMessage>("location.json");

        (place.Latitude, place.Longitude, place.Name).ShouldBe((59.32938, 18.06871, "Old Town Pier"));
        (place.Address, place.Url).ShouldBe(("Pier 4, 111 30 Stockholm", "https://pier.example/"));
        var here = Read<LocationMessage>("location_current.json");
        (here.Name, here.Address).ShouldBe((null, null));
    }

    [Fact]
    public void Contacts_AreFullyTyped()
    {
        var card = Read<ContactsMessage>("contacts.json").Contacts.Single();

        var name = card.Name!;
        (name.FormattedName, name.FirstName, name.LastName, name.MiddleName, name.Prefix, name.Suffix)
            .ShouldBe(("Dr. Nils K. Adeyemi Jr.", "Nils", "Adeyemi", "K.", "Dr.", "Jr."));
        card.Phones.Select(phone => (phone.Phone, phone.WaId, phone.Type))
            .ShouldBe([("+1 (555) 010-3311", "15550103311", "CELL"), ("+1 555 010 3312", null, "WORK")]);
        card.Emails.Select(email => (email.Email, email.Type)).ShouldBe([("nils@fjord.example", "WORK")]);
        card.Urls.Select(url => (url.Url, url.Type)).ShouldBe([("https://fjord.example", "WORK")]);
        var address = card.Addresses.Single();
        (address.Street, address.City, address.State, address.Zip, address.Country, address.CountryCode, address.Type)
            .ShouldBe(("1 Harbour Rd", "Springfield", "OR", "97477", "United States", "us", "HOME"));
        (card.Organization!.Company, card.Organization.Department, card.Organization.Title)
            .ShouldBe(("Fjord Rentals", "Boats", "Manager"));
        (card.Birthday, card.Origin, card.VCard).ShouldBe(("1988-04-09", null, null));
    }

    [Fact]
    public void Contacts_SharedOnRequest_HaveANumberAndNoName()
    {
        var card = Read<ContactsMessage>("contacts_request_shared.json").Contacts.Single();

        (card.Name, card.Origin).ShouldBe((null, "contact_request"));
        card.Phones.ShouldNotBeEmpty();
        Read<ContactsMessage>("contacts_vcard.json").Contacts.Single().VCard.ShouldNotBeNull();
        Read<ContactsMessage>("contacts_multiple_minimal.json").Contacts.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Choices_HaveTheirIdAndTitle()
    {
        var button = Read<ButtonReplyMessage>("interactive_button_reply.json");
        button.ParseRawJson().GetProperty("interactive").GetProperty("button_reply").GetProperty("id").GetString()
            .ShouldBe(button.ChoiceId);
        button.Title.ShouldNotBeNull();
        button.Context!.MessageId!.ShouldStartWith("wamid.");
        Read<ListReplyMessage>("interactive_list_reply.json").Description.ShouldNotBeNull();
        Read<ListReplyMessage>("interactive_list_reply_no_description.json").Description.ShouldBeNull();
        var template = Read<TemplateReplyMessage>("button.json");
        template.ParseRawJson().GetProperty("button").GetProperty("payload").GetString().ShouldBe(template.ChoiceId);
        Read<TemplateReplyMessage>("button_no_context.json").Context.ShouldBeNull();
    }

    [Fact]
    public void Flow_HasWhatWasFilledIn()
    {
        var reply = Read<FlowReplyMessage>("interactive_nfm_reply.json");

        (reply.Name, reply.Body).ShouldBe(("flow", "Sent"));
        reply.ParseResponse().ValueKind.ShouldBe(JsonValueKind.Object);
        Read<FlowReplyMessage>("interactive_nfm_reply_address.json").Name.ShouldBe("address_message");
    }

    [Theory]
    [InlineData("""{"response":"accept","expiration_timestamp":1789000000}""", true, true)]
    [InlineData("""{"response":"accept","expiration_timestamp":"1789000000"}""", true, true)]
    [InlineData("""{"response":"reject"}""", false, false)]
    public void CallPermission_HasItsEnd(string reply, bool accepted, bool ends)
    {
        var message = """
            {"id":"M","from":"1","type":"interactive","interactive":{"call_permission_reply":X,"type":"call_permission_reply"}}
            """.Replace("X", reply, StringComparison.Ordinal);

        var permission = MessagesOf(Encoding.UTF8.GetBytes(Payloads.Envelope(message))).Single()
            .ShouldBeOfType<CallPermissionReplyMessage>();

        (permission.IsAccepted, permission.ExpiresAt is not null).ShouldBe((accepted, ends));
    }

    [Theory]
    [InlineData("reaction.json", "👍🏾")]
    [InlineData("reaction_removed.json", null)]
    [InlineData("reaction_removed_empty.json", null)]
    public void Reaction_RemovedEitherWay_HasNoEmoji(string file, string? emoji)
    {
        var reaction = Read<ReactionMessage>(file);

        reaction.Emoji.ShouldBe(emoji);
        reaction.TargetId.ShouldStartWith("wamid.");
    }

    [Fact]
    public void Order_HasExactPrices()
    {
        var order = Read<OrderMessage>("order.json");

        (order.CatalogId, order.Text).ShouldBe(("551000200300", "Gift wrap please"));
        order.Items.ShouldBe([new("KAYAK-BLUE-01", 2, 39.5m, "EUR"), new("VEST-M", 1, 25m, "EUR")]);
    }

    [Theory]
    [InlineData("edit_text.json", typeof(TextMessage))]
    [InlineData("edit_image_caption.json", typeof(ImageMessage))]
    public void Edit_HasTheMessageAsItIsNow(string file, Type content)
    {
        var edit = Read<EditMessage>(file);

        edit.Content.ShouldBeOfType(content);
        edit.Content.Id.ShouldBe(edit.OriginalMessageId);
        edit.Id.ShouldNotBe(edit.OriginalMessageId);
        Read<RevokeMessage>("revoke.json").OriginalMessageId.ShouldStartWith("wamid.");
    }

    [Fact]
    public void Edit_OfAnEdit_DoesNotNest()
    {
        const string Message = """
            {"id":"M","from":"1","type":"edit","edit":{"original_message_id":"A","message":
            {"type":"edit","edit":{"original_message_id":"B","message":{"type":"text","text":{"body":"x"}}}}}}
            """;

        MessagesOf(Encoding.UTF8.GetBytes(Payloads.Envelope(Message))).Single()
            .ShouldBeOfType<EditMessage>().Content.ShouldBeOfType<UnknownMessage>();
    }

    [Fact]
    public void Unsupported_SaysWhatAndWhy()
    {
        var poll = Read<UnsupportedMessage>("unsupported.json");

        (poll.Kind, poll.Errors.Single().Code).ShouldBe(("poll_creation", 131051));
        Read<UnsupportedMessage>("unsupported_without_body.json").Kind.ShouldBeNull();
        Read<UnsupportedMessage>("media_error_131052.json").Errors.Single().Code.ShouldBe(131052);
    }

    [Fact]
    public void Identity_WhenTheCheckIsOn_IsTyped()
    {
        var identity = Read<SystemMessage>("system_customer_identity_changed.json").Identity;

        identity.ShouldBe(new(false, DateTimeOffset.FromUnixTimeSeconds(1_789_000_000), "aGFzaC1vZi1rZXk="));
        Read<TextMessage>("text.json").Identity.ShouldBeNull();
    }

    private static T Read<T>(string file)
        where T : Message => MessagesOf(Payloads.Bytes(file)).Single().ShouldBeOfType<T>();

    private static Type ExpectedType(JsonElement raw)
    {
        var type = raw.GetProperty("type").GetString()!;
        if (type == "interactive")
            type = raw.TryGetProperty("interactive", out var content) ? content.GetProperty("type").GetString()! : "none";
        return Types.GetValueOrDefault(type, typeof(UnknownMessage));
    }

    private static List<Message> MessagesOf(byte[] body)
    {
        var reader = new EnvelopeReader();
        reader.Read(body).ShouldBeTrue();
        var messages = new List<Message>();
        foreach (var item in reader.Items)
        {
            if (item.Content is Message message) messages.Add(message);
        }

        return messages;
    }

    private static JsonNode? Widen(JsonNode? node) => node switch
    {
        JsonObject given => new JsonObject(
            [
                KeyValuePair.Create<string, JsonNode?>("x_new", JsonNode.Parse("""{"type":"no","id":[1,{"a":null}]}""")),
                .. given.Select(field => KeyValuePair.Create(field.Key, Widen(field.Value))),
                KeyValuePair.Create<string, JsonNode?>("x_newer", JsonValue.Create(7)),
            ]),
        JsonArray given => new JsonArray([.. given.Select(Widen)]),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<(JsonObject Parent, string Name)> Fields(JsonNode? node) => node switch
    {
        JsonObject given => given.SelectMany(field => Fields(field.Value).Prepend((given, field.Key))),
        JsonArray given => given.SelectMany(Fields),
        _ => [],
    };

    private static void Remove(JsonNode root, string path, string name) =>
        Fields(root).Single(field => field.Parent.GetPath() == path && field.Name == name).Parent.Remove(name);
}
