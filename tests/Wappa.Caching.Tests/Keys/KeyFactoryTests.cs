using FsCheck;
using FsCheck.Fluent;

namespace Wappa.Caching.Tests.Keys;

public sealed class KeyFactoryTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.Elements("a", "b", "a:b", "%", ":", "::", "%25", "%3A", "%3a", "profile", "user", "state", "df", "pkid",
            "é", "🍕", " ", "+49"),
        Gen.Elements('a', ':', '%', '2', '5', '3', 'A').NonEmptyListOf()
            .Select(characters => string.Concat(characters)));

    private static readonly Arbitrary<RecordKey> Keys = Arb.From(
        from kind in Gen.Choose(0, 3)
        from tenant in Names
        from owner in Names
        from name in Names
        select kind switch
        {
            0 => RecordKey.State(tenant, owner, name),
            1 => RecordKey.User(tenant, owner, name),
            2 => RecordKey.Table(tenant, TableKey.Row(owner, name)),
            _ => RecordKey.Table(tenant, TableKey.Table(owner)),
        });

    [Fact]
    public void Keys_OfTheSpecification_AreWrittenToTheLetter()
    {
        var keys = KeyFactory.Default;

        keys.Handler("hotel123", "pizza_order", "1234567890").ShouldBe("hotel123:state:pizza_order:1234567890");
        keys.User("hotel123", "1234567890").ShouldBe("hotel123:user:1234567890");
        keys.User("hotel123", "1234567890", "profile").ShouldBe("hotel123:user:1234567890");
        keys.User("hotel123", "1234567890", "stats").ShouldBe("hotel123:user:1234567890:stats");
        keys.Table("hotel123", "products", "pizza_large").ShouldBe("hotel123:df:products:pkid:pizza_large");
        keys.Key(RecordKey.Table("hotel123", TableKey.Parse("products:pizza_large")))
            .ShouldBe("hotel123:df:products:pkid:pizza_large");
        keys.Key(RecordKey.Table("hotel123", TableKey.Table("stats"))).ShouldBe("hotel123:df:stats:pkid:");
    }

    [Fact]
    public void Key_Components_AreEscaped()
    {
        KeyFactory.Default.User("a:b", "100%", "x").ShouldBe("a%3Ab:user:100%25:x");
        KeyFactory.Default.Handler("a", "b:c", "d").ShouldNotBe(KeyFactory.Default.Handler("a", "b", "c:d"));
        KeyFactory.Default.User("hotel", "+49 123*?[]\\{}").ShouldBe("hotel:user:+49 123*?[]\\{}");
    }

    [Fact]
    public void Key_And_TryParse_AreInverse() => Prop.ForAll(Keys, key =>
    {
        KeyFactory.Default.TryParse(KeyFactory.Default.Key(key), out var read).ShouldBeTrue();
        read.ShouldBe(key);
        read.Kind.ShouldBe(key.Kind);
    }).Check(500);

    [Fact]
    public void Key_IsInjective() => Prop.ForAll(Keys, Keys, (one, other) =>
    {
        (KeyFactory.Default.Key(one) == KeyFactory.Default.Key(other)).ShouldBe(one == other);
    }).Check(2000);

    [Fact]
    public void Key_NeverLeavesItsTenant() => Prop.ForAll(Keys, key =>
    {
        KeyFactory.Default.Key(key).Split(':')[0].Replace("%3A", ":", StringComparison.Ordinal)
            .Replace("%25", "%", StringComparison.Ordinal).ShouldBe(key.Tenant);
    }).Check(300);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a:user")]
    [InlineData("a:user:")]
    [InlineData(":user:b")]
    [InlineData("a:user:b:profile")]
    [InlineData("a:user:b:c:d")]
    [InlineData("a:other:b")]
    [InlineData("a:USER:b")]
    [InlineData("a:state:b")]
    [InlineData("a:state::b")]
    [InlineData("a:df:t:pkid")]
    [InlineData("a:df:t:other:x")]
    [InlineData("a:df::pkid:x")]
    [InlineData("a:df:t:pkid:x:y")]
    [InlineData("a:user:%")]
    [InlineData("a:user:%2")]
    [InlineData("a:user:%3a")]
    [InlineData("a:user:%41")]
    [InlineData("a:user:b\n")]
    public void TryParse_WhatThisFactoryWouldNotWrite_IsFalse(string text)
    {
        KeyFactory.Default.TryParse(text, out var key).ShouldBeFalse();
        key.ShouldBe(default);
    }

    [Fact]
    public void Prefixes_AreConfigurableAndEscaped()
    {
        var keys = new KeyFactory("u", "s:1", "t%", "id");

        keys.User("a", "b").ShouldBe("a:u:b");
        keys.Handler("a", "h", "b").ShouldBe("a:s%3A1:h:b");
        keys.Table("a", "t", "b").ShouldBe("a:t%25:t:id:b");
        foreach (var key in (RecordKey[])[RecordKey.User("a", "b"), RecordKey.State("a", "b", "h"),
            RecordKey.Table("a", TableKey.Table("t"))])
        {
            keys.TryParse(keys.Key(key), out var read).ShouldBeTrue();
            read.ShouldBe(key);
            KeyFactory.Default.TryParse(keys.Key(key), out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("x", "x", "df", "pkid")]
    [InlineData("x", "state", "x", "pkid")]
    [InlineData("user", "x", "x", "pkid")]
    [InlineData("", "state", "df", "pkid")]
    [InlineData("user", "state", "df", "")]
    [InlineData("user", "st\nate", "df", "pkid")]
    public void Prefixes_ThatCannotBeToldApart_AreRefused(string user, string handler, string table, string marker) =>
        Should.Throw<ArgumentException>(() => new KeyFactory(user, handler, table, marker));

    [Fact]
    public void RecordKey_Equality_IsByKindAndAllParts()
    {
        RecordKey[] keys =
        [
            RecordKey.State("a", "b", "c"), RecordKey.User("a", "b", "c"), RecordKey.Table("a", TableKey.Row("b", "c")),
            RecordKey.State("x", "b", "c"), RecordKey.State("a", "x", "c"), RecordKey.State("a", "b", "x"),
            RecordKey.User("a", "b"), default,
        ];

        for (var i = 0; i < keys.Length; i++)
        {
            for (var j = 0; j < keys.Length; j++)
            {
                (keys[i] == keys[j]).ShouldBe(i == j);
                (keys[i] != keys[j]).ShouldBe(i != j);
                keys[i].Equals((object)keys[j]).ShouldBe(i == j);
            }
        }

        RecordKey.State("a", "b", "c").GetHashCode().ShouldBe(RecordKey.State("a", "b", "c").GetHashCode());
        RecordKey.User("hotel", "b").ToString().ShouldBe("hotel:user:b");
        default(RecordKey).ToString().ShouldBe("");
    }
}
