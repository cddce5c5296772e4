"""Problems and plans as documents."""
