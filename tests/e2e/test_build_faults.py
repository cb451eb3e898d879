"""What goes wrong once the registries stand: building, checking, pushing, applying; what has been done stays good."""
